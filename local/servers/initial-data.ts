import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describeEnd, type GuardedCommand } from './guard-protocol.ts';
import { cachedFolder, copyToCache } from './server-cache.ts';
import type { ServerEngine, ServerSite } from './server-engine.ts';
import { logSince } from './server-log.ts';
import type { ServerProgram } from './server-program.ts';
import { ServerStartError } from './server-start-error.ts';

/**
 * Makes the data folder of a server whose initialisation takes seconds: a copy of one that the same program
 * initialised before, or else a new one, which is then kept to be copied. Resolves with its path.
 */
export async function initialData(
  engine: ServerEngine['name'],
  program: ServerProgram,
  { folder }: Pick<ServerSite, 'folder'>,
  initialise: (data: string) => Promise<Omit<GuardedCommand, 'output'>>,
): Promise<string> {
  const data = join(folder.path, 'data');
  const output = join(folder.path, 'initialise.log');
  // Another build of the same version, or other options, may fill the folder differently.
  const build = createHash('sha256')
    .update([...program.command, program.version].join('\n'))
    .digest('hex');
  const name = `${engine}-data-${build.slice(0, 16)}`;

  const template = await cachedFolder(name);
  if (template) {
    await cp(template, data, { recursive: true, mode: constants.COPYFILE_FICLONE, filter: isOfAnyServer });
    return data;
  }
  const end = await folder.run({ ...(await initialise(data)), output });
  if (end.code !== 0) {
    throw new ServerStartError(engine, `the initialisation ${describeEnd(end)}`, logSince(output, 0));
  }
  await copyToCache(name, data);
  return data;
}

/** What makes a data folder one certain server's: MySQL's UUID, by which a replica tells its source from itself. */
function isOfAnyServer(path: string): boolean {
  return basename(path) !== 'auto.cnf';
}
