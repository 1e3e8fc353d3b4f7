import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where Debian and its kin install servers; it is not on the path of their ordinary users. */
const SERVER_FOLDER = '/usr/sbin';

/** Paths of the programs of this name that we may run, in the order in which a shell would find them. */
export async function programsOnPath(name: string): Promise<string[]> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), SERVER_FOLDER].filter((folder) => folder);
  const programs = folders.map((folder) => join(folder, name));
  const runnable = await Promise.allSettled(programs.map((program) => access(program, constants.X_OK)));
  return programs.filter((_, index) => runnable[index]?.status === 'fulfilled');
}
