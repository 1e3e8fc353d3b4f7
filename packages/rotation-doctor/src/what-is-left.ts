import { type Surroundings, tell } from './surroundings.ts';

/**
 * Runs what leaves something half done when it does not come to its end: an error, a signal.
 * @param words what is left then, with the command that mends it
 */
export async function leaving<T>(words: string, { left }: Surroundings, run: () => Promise<T>): Promise<T> {
  left.add(words);
  const result = await run();
  left.delete(words);
  return result;
}

export function tellWhatIsLeft(surroundings: Surroundings): void {
  for (const words of surroundings.left) tell(surroundings, words);
}
