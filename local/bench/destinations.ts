import { open } from 'node:fs/promises';
import { reasonOf } from '../demo/application.ts';
import { placeOf } from './document.ts';

/* What --json and --write name is tried before anything is measured. */

/** @throws TypeError when no results can be written into the file */
export async function checkResults(file: string): Promise<void> {
  try {
    // Leaves alone what the file holds.
    await using _file = await open(file, 'a');
  } catch (error) {
    throw new TypeError(`--json takes a file that can be written, not "${file}": ${reasonOf(error)}.`);
  }
}

/** @throws TypeError when the report has no place in the document */
export async function checkReport(command: string, document: string): Promise<void> {
  try {
    await placeOf(command, document);
    await using _document = await open(document, 'r+');
  } catch (error) {
    throw new TypeError(`--write needs its place in the document: ${reasonOf(error)}`);
  }
}
