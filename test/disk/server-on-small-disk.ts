import { join } from 'node:path';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import type { ServerSite } from '../../local/servers/server-engine.ts';
import { type RestartableServer, startRestartableServer } from '../model/restartable-server.ts';
import { moveToSmallDisk, type SmallDisk } from './small-disk.ts';

export interface ServerOnSmallDisk extends AsyncDisposable {
  readonly running: RestartableServer;
  /** Holds the server's data and its logs of changes, but not the logs that people read. */
  readonly disk: SmallDisk;
}

/** Fresh data of each server, and some room to move. MySQL's undo logs alone are 32 MB. */
const SIZES: Readonly<Record<DatabaseServer['engine'], string>> = {
  postgres: '64m',
  mysql: '160m',
  mariadb: '128m',
};

export async function startOnSmallDisk(
  engine: DatabaseServer['engine'],
  settings: ServerSite['settings'],
): Promise<ServerOnSmallDisk> {
  await using starting = new AsyncDisposableStack();
  const { promise, resolve } = Promise.withResolvers<SmallDisk>();
  const running = await startRestartableServer(engine, (usual) => ({
    ...usual,
    async prepare(site) {
      const { command, ...prepared } = await usual.prepare({ ...site, settings });
      const data = join(site.folder.path, 'data');
      const disk = starting.use(await moveToSmallDisk(data, { size: SIZES[engine], user: site.user }));
      resolve(disk);
      return { ...prepared, command: { ...command, command: disk.entering(command.command) } };
    },
  }));
  starting.use(running);
  const disk = await promise;
  const ending = starting.move();
  return { running, disk, [Symbol.asyncDispose]: () => ending.disposeAsync() };
}
