import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DOCUMENT = join(import.meta.dirname, '../../docs/performance.md');
const END = '<!-- end -->';

/**
 * Puts a command's report into the document, between the lines that name the command and the end.
 * @throws Error when the document lacks them
 */
export async function writeReport(command: string, report: string): Promise<void> {
  const begin = `<!-- begin: ${command} -->`;
  const text = await readFile(DOCUMENT, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`${DOCUMENT} lacks the lines ${begin} and ${END}.`);
  await writeFile(DOCUMENT, `${text.slice(0, from)}${begin}\n\n${report}\n\n${text.slice(to)}`);
}
