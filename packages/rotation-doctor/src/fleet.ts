import { nameOf } from './functions.ts';
import { holderBesideCurrent, PENDING } from './labels.ts';
import { type State, stateOf } from './secret-state.ts';
import type { Secret, Secrets } from './secrets.ts';

/** How the names of these functions end, as template.yaml has them. */
const ENDINGS = ['postgres', 'mysql'].flatMap((engine) =>
  ['single-user', 'alternating-users'].map((strategy) => `-${engine}-${strategy}`),
);

/** A secret that one of the functions rotates. */
export interface Member {
  readonly secret: Secret;
  readonly functionName: string;
  readonly state: State;
}

/** The secrets of the fleet, worst first, and of the same state the oldest password first. */
export async function fleetOf(
  secrets: Secrets,
  options: { readonly function?: readonly string[]; readonly stuckAfter?: number },
  now: Date,
): Promise<Member[]> {
  const members: Member[] = [];
  for await (const secret of secrets.list()) {
    const { functionArn } = secret;
    if (functionArn === undefined || !isMeant(functionArn, options.function)) continue;
    // Of a rotation that has not ended, the list does not say when it began.
    const isUnfinished = holderBesideCurrent(PENDING, secret.labels) !== undefined;
    const versions = isUnfinished ? await secrets.versions(secret.arn) : [];
    const state = stateOf(secret, versions, now, options.stuckAfter);
    members.push({ secret, functionName: nameOf(functionArn), state });
  }
  return members.sort(byUrgency);
}

function isMeant(functionArn: string, given: readonly string[] | undefined): boolean {
  const name = nameOf(functionArn);
  if (given !== undefined) return given.includes(name) || given.includes(functionArn);
  return ENDINGS.some((ending) => name.endsWith(ending));
}

const WORST_FIRST: readonly State['kind'][] = [
  'no-current',
  'stuck',
  'overdue',
  'off',
  'in-progress',
  'never-rotated',
  'healthy',
  'deleted',
  'no-function',
];

function byUrgency(one: Member, other: Member): number {
  const rank = ({ state }: Member) => WORST_FIRST.indexOf(state.kind);
  const rotated = ({ secret }: Member) => secret.lastRotated?.getTime() ?? 0;
  return (
    rank(one) - rank(other) || rotated(one) - rotated(other) || (one.secret.name < other.secret.name ? -1 : 1)
  );
}
