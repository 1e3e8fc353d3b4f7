import type { Member } from './members.ts';
import { orNote } from './or-note.ts';
import type { Wave } from './wave.ts';

/**
 * Rotates a fleet in one wave after the other, each of so many at once. A secret whose rotation was lost is left out afterwards:
 * it may be in the middle of that rotation still, and the service would start no other.
 * @param tell is given a line for each thing that is done
 * @param note is given a sentence for each wave that could not be measured
 */
export async function runWaves(
  members: readonly Member[],
  atOnce: readonly number[],
  run: (members: readonly Member[], atOnce: number) => Promise<Wave>,
  tell: (line: string) => void,
  note: (sentence: string) => void,
): Promise<readonly Wave[]> {
  const waves: Wave[] = [];
  let left = members;
  for (const number of atOnce) {
    if (left.length === 0) {
      note(`${number} at a time: no secret is left to rotate.`);
      continue;
    }
    const what = `${left.length} secrets, ${number} at a time`;
    for (const wave of await orNote(what, () => run(left, number), note)) {
      waves.push(wave);
      tell(`${what}: ${Math.round(wave.elapsed / 1000)} s`);
      for (const { problem } of wave.lost) tell(`  ${problem}`);
      const lost = new Set(wave.lost.map(({ secretArn }) => secretArn));
      left = left.filter(({ secret }) => !lost.has(secret.arn));
    }
  }
  return waves;
}
