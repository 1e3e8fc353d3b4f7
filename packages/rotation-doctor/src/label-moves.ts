import { Trouble } from './doctor-error.ts';
import { CURRENT, holderOf, type Labels, PENDING, TARGET } from './labels.ts';
import type { LabelMove, Secrets } from './secrets.ts';
import type { Surroundings } from './surroundings.ts';

/** The labels that a plan goes by; AWSPREVIOUS follows AWSCURRENT by itself. */
const WATCHED = [CURRENT, PENDING, TARGET];
/** In ms. */
const LOOK_AGAIN_AFTER = 2_000;

/**
 * Makes moves one after the other, each only while the labels are where the plan saw them, or where the moves before put them.
 * A label that is to be taken off and is gone counts as taken off: Secrets Manager takes AWSPENDING off by itself where
 * AWSCURRENT moves to the same version.
 * @param made is called after each move
 * @throws Trouble when a label has moved meanwhile
 */
export async function makeMoves<Move extends LabelMove>(
  secretId: string,
  moves: readonly Move[],
  seen: Labels,
  { secrets, pause }: Surroundings,
  made: (move: Move) => void,
): Promise<void> {
  const expected = new Map(WATCHED.map((label) => [label, holderOf(label, seen)]));
  const isAsExpected = async (next: LabelMove) => {
    const { labels } = await secrets.describe(secretId);
    return WATCHED.every((label) => {
      const holder = holderOf(label, labels);
      return (
        holder === expected.get(label) ||
        (holder === undefined && next.to === undefined && next.label === label)
      );
    });
  };
  for (const move of moves) {
    // A look right after a move can miss it.
    if (!(await isAsExpected(move))) {
      await pause(LOOK_AGAIN_AFTER);
      if (!(await isAsExpected(move))) {
        throw new Trouble(
          'The labels of the secret have moved meanwhile, so that the plan does not hold any more. Run the command again.',
        );
      }
    }
    if (move.to === undefined) await takeOff(secretId, move, secrets);
    else await secrets.moveLabel(secretId, move);
    expected.set(move.label, move.to);
    made(move);
  }
}

/** Takes a label off a version, which it may have left already. */
export async function takeOff(
  secretId: string,
  { label, from }: Pick<LabelMove, 'label' | 'from'>,
  secrets: Secrets,
): Promise<void> {
  try {
    await secrets.moveLabel(secretId, { label, from, to: undefined });
  } catch (error) {
    const now = await secrets.describe(secretId).catch(() => undefined);
    if (now === undefined || holderOf(label, now.labels) === from) throw error;
  }
}
