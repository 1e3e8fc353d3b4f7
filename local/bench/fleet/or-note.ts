import { reasonOf } from '../../demo/application.ts';

/** The result as the only one of a list, or none and a note why: what else is measured must not be lost with it. */
export async function orNote<Result>(
  what: string,
  measure: () => Promise<Result>,
  note: (sentence: string) => void,
): Promise<readonly Result[]> {
  try {
    return [await measure()];
  } catch (error) {
    note(`${what}: ${reasonOf(error)}`);
    return [];
  }
}
