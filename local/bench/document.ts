import { readFile, writeFile } from 'node:fs/promises';

const END = '<!-- end -->';

/** A document in which a report goes between two texts. */
interface Place {
  readonly before: string;
  readonly after: string;
}

/**
 * Where a command's report goes: between the lines that name the command and the end.
 * @throws Error when the document lacks them
 */
export async function placeOf(command: string, document: string): Promise<Place> {
  const begin = `<!-- begin: ${command} -->`;
  const text = await readFile(document, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`${document} lacks the lines ${begin} and ${END}.`);
  return { before: text.slice(0, from + begin.length), after: text.slice(to) };
}

/** @throws Error when the document has no place for it */
export async function writeReport(command: string, report: string, document: string): Promise<void> {
  const { before, after } = await placeOf(command, document);
  await writeFile(document, `${before}\n\n${report}\n\n${after}`);
}
