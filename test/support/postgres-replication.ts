import { chown, cp, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { POSTGRES, startPostgres } from '../../local/servers/postgres.ts';
import { postgresBinaries } from '../../local/servers/postgres-binaries.ts';
import type { PreparedServer, ServerEngine, ServerSite } from '../../local/servers/server-engine.ts';
import { startServer } from '../../local/servers/start-server.ts';
import type { ReplicatedDatabase } from './replicated-database.ts';
import { testDatabase } from './test-database.ts';

/** A superuser whose password the standby starts with; it comes by replication, as all that a standby has. */
const SUPERUSER = 'standby_superuser';

/** Starts a server and a hot standby that streams from it. */
export async function startReplicatedPostgres(): Promise<ReplicatedDatabase> {
  const primary = await startPostgres();
  const standby = await startServer(standbyOf(primary.server)).catch(async (error) => {
    await primary.stop();
    throw error;
  });
  const replica = testDatabase(standby.server);
  return {
    writer: testDatabase(primary.server),
    replica,
    pause: async () => void (await replica.sql('SELECT pg_wal_replay_pause()')),
    resume: async () => void (await replica.sql('SELECT pg_wal_replay_resume()')),
    async [Symbol.asyncDispose]() {
      await standby.stop();
      await primary.stop();
    },
  };
}

function standbyOf(primary: DatabaseServer): ServerEngine {
  return { ...POSTGRES, superuser: SUPERUSER, prepare: (site) => prepare(primary, site) };
}

async function prepare(primary: DatabaseServer, site: ServerSite): Promise<PreparedServer> {
  const { folder, user, port, addresses, tls, superuserPassword } = site;
  const { postgres } = await postgresBinaries(folder.path, user);
  const data = join(folder.path, 'data');
  const log = join(folder.path, 'server.log');
  const { host, superuser, ca } = primary;
  const client = new pg.Client({
    ...{ host, port: primary.port, user: superuser.username, password: superuser.password },
    ssl: { ca },
  });
  await client.connect();
  try {
    const password = pg.escapeLiteral(superuserPassword);
    await client.query(`CREATE ROLE ${SUPERUSER} SUPERUSER LOGIN REPLICATION PASSWORD ${password}`);
    await backUp(client, join(dirname(primary.errorLog), 'data'), data);
  } finally {
    await client.end();
  }
  const source = `host=${host} port=${primary.port} user=${SUPERUSER} password=${superuserPassword} sslmode=require`;
  await writeFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  await writeFile(join(data, 'standby.signal'), '');
  if (user) {
    const files = await readdir(data, { recursive: true });
    await Promise.all(['', ...files].map((file) => chown(join(data, file), user.uid, user.gid)));
  }

  const settings = {
    port: String(port),
    listen_addresses: addresses.join(','),
    unix_socket_directories: '',
    // No fewer than the primary has.
    max_connections: '200',
    shared_buffers: '32MB',
    ...(tls && { ssl: 'on', ssl_cert_file: tls.certificate, ssl_key_file: tls.key }),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    command: {
      command: [postgres, '-D', data, ...options],
      output: log,
      stopSignal: 'SIGQUIT',
      ...(user && { user }),
    },
    errorLog: log,
    statementLog: log,
    secretFiles: [],
  };
}

/** What pg_basebackup does; the npm package has only the server. */
async function backUp(client: pg.Client, from: string, to: string): Promise<void> {
  await client.query("SELECT pg_backup_start('standby', fast => true)");
  await cp(from, to, { recursive: true });
  const { rows } = await client.query<{ labelfile: string }>(
    'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
  );
  await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '');
  await rm(join(to, 'postmaster.pid'));
}
