import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The document that holds the table, and the lines between which it stands. */
const DOCUMENT = join(import.meta.dirname, '../../docs/faults.md');
const BEGIN = '<!-- begin: npm run faults -- --write -->';
const END = '<!-- end -->';

/** @throws Error when the document lacks the marks */
export async function writeTable(table: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`${DOCUMENT} lacks the lines ${BEGIN} and ${END}.`);
  await writeFile(DOCUMENT, `${text.slice(0, begin)}${BEGIN}\n\n${table}\n\n${text.slice(end)}`);
}
