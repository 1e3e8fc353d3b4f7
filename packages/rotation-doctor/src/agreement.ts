import { createInterface } from 'node:readline/promises';
import { Refused } from './doctor-error.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Asks whether to go on.
 * @throws Refused unless the answer is yes, or nobody needs to be asked
 */
export async function agreement(
  question: string,
  { yes = false }: { readonly yes?: boolean },
  { stdin, stderr }: Surroundings,
): Promise<void> {
  if (yes) return;
  if (!stdin.isTTY) {
    throw new Refused(
      'Nothing was changed: there is no terminal to ask on. Add --yes to go on without a question.',
    );
  }
  const terminal = createInterface({ input: stdin, output: stderr });
  // The end of the input is no yes.
  const ended = new Promise<string>((end) => terminal.once('close', () => end('')));
  try {
    const given = await Promise.race([terminal.question(`${question} [y/N] `), ended]);
    if (!/^y(es)?$/i.test(given.trim())) throw new Refused('Nothing was changed.');
  } finally {
    terminal.close();
  }
}
