import { diagnosisOf } from './diagnosis.ts';
import { nameOf } from './functions.ts';
import { type State, stateOf } from './secret-state.ts';
import type { Secret } from './secrets.ts';
import type { Surroundings } from './surroundings.ts';

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
  options: { readonly function?: readonly string[]; readonly stuckAfter?: number },
  surroundings: Surroundings,
): Promise<Member[]> {
  const { secrets, now } = surroundings;
  const members: Member[] = [];
  for await (const secret of secrets.list()) {
    const { functionArn } = secret;
    if (functionArn === undefined || !isMeant(functionArn, options.function)) continue;
    // The list has neither the dates of versions nor those without a label, which a rotation that was given up leaves behind.
    const versions = secret.deletion === undefined ? await secrets.versions(secret.arn) : [];
    const byMetadata = stateOf(secret, versions, now(), options.stuckAfter);
    const { state } =
      byMetadata.kind === 'in-progress'
        ? await diagnosisOf({ secret, versions, state: byMetadata }, surroundings)
        : { state: byMetadata };
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
  'failed',
  'failing',
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
