import type { DatabaseServer, RunningServer } from '../../local/servers/database-server.ts';
import type { ReplicatedDatabase } from './replicated-database.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

type Start = (options: { readonly settings: Readonly<Record<string, string>> }) => Promise<RunningServer>;

/** MariaDB kept the statements' old names. */
const WORDS = {
  mysql: { source: 'SOURCE', change: 'CHANGE REPLICATION SOURCE TO', replica: 'REPLICA', log: 'BINARY LOG' },
  mariadb: { source: 'MASTER', change: 'CHANGE MASTER TO', replica: 'SLAVE', log: 'MASTER' },
} as const;

const USER = 'replicator';
const PASSWORD = 'Replicat0r-password';

/** Starts two servers, of which one replicates the other and is read-only, as managed services have it. */
export async function startReplicatedMySql(
  engine: Exclude<DatabaseServer['engine'], 'postgres'>,
  start: Start,
): Promise<ReplicatedDatabase> {
  const { source, change, replica: word, log } = WORDS[engine];
  const running = await Promise.all([
    start({ settings: { 'server-id': '1', 'log-bin': 'changes' } }),
    start({ settings: { 'server-id': '2', 'read-only': 'ON' } }),
  ]);
  const [writer, replica] = running.map(({ server }) => testDatabase(server)) as [TestDatabase, TestDatabase];

  await writer.createUser(USER, PASSWORD);
  await writer.sql(`GRANT REPLICATION SLAVE ON *.* TO '${USER}'@'%'`);
  // Each has a superuser password of its own, so that the replica follows from here on only.
  const [[file, position] = []] = await writer.sql(`SHOW ${log} STATUS`);
  await replica.sql(
    `${change} ${source}_HOST = 'localhost', ${source}_PORT = ${writer.server.port}, ` +
      `${source}_USER = '${USER}', ${source}_PASSWORD = '${PASSWORD}', ` +
      `${source}_SSL = 1, ${source}_SSL_VERIFY_SERVER_CERT = 0, ` +
      `${source}_LOG_FILE = '${file}', ${source}_LOG_POS = ${position}`,
  );
  await replica.sql(`START ${word}`);

  return {
    writer,
    replica,
    pause: async () => void (await replica.sql(`STOP ${word} SQL_THREAD`)),
    resume: async () => void (await replica.sql(`START ${word} SQL_THREAD`)),
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map(({ stop }) => stop()));
    },
  };
}
