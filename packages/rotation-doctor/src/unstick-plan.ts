import type { Finding, PreflightReport } from '@rotation/core';
import { CURRENT, holderBesideCurrent, holderOf, type Labels, PENDING, TARGET } from './labels.ts';
import { findingOn } from './preflight-report.ts';
import type { LabelMove } from './secrets.ts';
import type { Subject } from './subject.ts';

export type Plan =
  /** Nothing keeps the secret from its next rotation. */
  | { readonly kind: 'nothing'; readonly why: string }
  | {
      readonly kind: 'moves';
      readonly why: string;
      readonly moves: readonly PlannedMove[];
      /** What else than the login changes for applications: names of keys. */
      readonly differs: readonly string[];
    }
  /** No move of a label would help. */
  | { readonly kind: 'by-hand'; readonly why: string; readonly ways: readonly string[] };

export interface PlannedMove extends LabelMove {
  /** What the move is, and what it is for. */
  readonly words: string;
}

/** Which labels to move, from what the function has proven: whether AWSCURRENT logs in, and if not, which version does. */
export function unstickPlan({ secret, versions }: Subject, report: PreflightReport): Plan {
  const login = findingOn('login', report);
  if (login?.outcome === 'passed') {
    const moves = leftovers(secret.labels);
    const why = 'The login of AWSCURRENT works.';
    return moves.length > 0 ? { kind: 'moves', why, moves, differs: [] } : { kind: 'nothing', why };
  }
  if (login?.error !== 'LoginRejected') return unproven(report);
  const others = findingOn('other stored logins', report);
  const working = others?.versionId;
  if (working === undefined) return others?.outcome === 'warning' ? noneWorks(secret.name) : unproven(report);
  if (!versions.some(({ id }) => id === working)) {
    return {
      kind: 'by-hand',
      why: `The function says that version ${working} logs in, and the secret has no such version.`,
      ways: ['Try again: a version may have been removed meanwhile.'],
    };
  }
  const current = holderOf(CURRENT, secret.labels);
  return {
    kind: 'moves',
    why: `The login of AWSCURRENT is rejected, and that of version ${working} works.`,
    moves: [
      {
        label: CURRENT,
        from: current,
        to: working,
        words: `AWSCURRENT moves from version ${current} to ${working}: what applications read logs in again.`,
      },
      ...leftovers(secret.labels),
    ],
    differs: others?.differs ?? [],
  };
}

/** What an unfinished rotation and an unfinished rollback leave behind, where, and what follows when it is gone. */
const LEFTOVERS = [
  // On AWSCURRENT it is how a rotation ends.
  [PENDING, holderBesideCurrent, 'the next rotation can start'],
  // On AWSCURRENT too: it stays there until another version is AWSCURRENT, and is a rollback then.
  [TARGET, holderOf, 'the next rotation makes a new password'],
] as const;

function leftovers(labels: Labels): PlannedMove[] {
  return LEFTOVERS.flatMap(([label, find, effect]) => {
    const from = find(label, labels);
    if (from === undefined) return [];
    return [{ label, from, to: undefined, words: `${label} is taken off version ${from}: ${effect}.` }];
  });
}

/** The function did not get as far as the login, or the server said neither yes nor no to it. */
function unproven({ findings }: PreflightReport): Plan {
  const failures = findings.filter(({ outcome }) => outcome === 'failed');
  return {
    kind: 'by-hand',
    why: 'The function could not find out which login works, and without that no label moves.',
    ways: failures.map(failureWords),
  };
}

export function failureWords({ check, error, detail, remedy }: Finding): string {
  return `${check}: ${[error, detail].filter(Boolean).join(': ')}${remedy === undefined ? '' : ` ${remedy}`}`;
}

function noneWorks(name: string): Plan {
  return {
    kind: 'by-hand',
    why: 'The server rejects the login of AWSCURRENT, and that of every other version that the function could try.',
    ways: [
      'If somebody knows the password that the user has now: store it in the secret with aws secretsmanager put-secret-value.',
      'If not: as a superuser, give the user the password that AWSCURRENT has.',
      `Or, for a single user, let the function do that: with a superuser secret and REPAIR_AWSCURRENT=true in its environment, run npx --no rotation-doctor rotate ${name} --wait. Turn it off again afterwards.`,
    ],
  };
}
