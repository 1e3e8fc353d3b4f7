import { join } from 'node:path';
import type { RunningServer, ServerOptions } from './database-server.ts';
import { describeEnd } from './guard-protocol.ts';
import { debianBinaries15, postgresBinaries } from './postgres-binaries.ts';
import { logInToPostgres } from './postgres-login.ts';
import type { PreparedServer, ServerEngine, ServerSite } from './server-engine.ts';
import { logSince } from './server-log.ts';
import { ServerStartError } from './server-start-error.ts';
import { startServer } from './start-server.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

/**
 * Starts a PostgreSQL server. Every login, from wherever, is by password: scram-sha-256, or md5 for the roles
 * that have an md5 hash under the setting `password_encryption: 'md5'`.
 */
export function startPostgres(options?: ServerOptions): Promise<RunningServer> {
  return startServer(POSTGRES, options);
}

/** Starts a PostgreSQL 15 server, the same way. */
export function startPostgres15(options?: ServerOptions): Promise<RunningServer> {
  return startServer(POSTGRES_15, options);
}

/** For {@link startServer}. */
export const POSTGRES: ServerEngine = {
  name: 'postgres',
  superuser: 'postgres',
  logIn: logInToPostgres,
  versionStatement: "SELECT current_setting('server_version') AS version",
  // The server refuses to be run by root.
  user: unprivilegedUser,
  prepare: (site) => prepare(site),
};

const POSTGRES_15: ServerEngine = { ...POSTGRES, prepare: (site) => prepare(site, debianBinaries15) };

async function prepare(site: ServerSite, find?: typeof debianBinaries15): Promise<PreparedServer> {
  const { folder, user } = site;
  const { initdb, postgres } = await postgresBinaries(folder.path, user, find);
  const data = join(folder.path, 'data');
  const log = join(folder.path, 'server.log');
  const asUser = user ? { user } : {};

  const passwordFile = await site.writePrivate('superuser-password', site.superuserPassword);
  const output = join(folder.path, 'initdb.log');
  const end = await folder.run({
    command: [initdb, ...initdbArguments(site, data, passwordFile)],
    output,
    ...asUser,
  });
  if (end.code !== 0)
    throw new ServerStartError('postgres', `initdb ${describeEnd(end)}`, logSince(output, 0));

  const settings = Object.entries({ ...serverSettings(site), ...site.settings });
  return {
    command: {
      command: [postgres, '-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      output: log,
      // Immediate shutdown: nobody will ask for this data again.
      stopSignal: 'SIGQUIT',
      ...asUser,
    },
    errorLog: log,
    statementLog: log,
    secretFiles: [passwordFile],
  };
}

/** The authentication method goes into every line of pg_hba.conf: no login is ever trusted. */
function initdbArguments({ settings }: ServerSite, data: string, passwordFile: string): string[] {
  return [
    ...['-D', data, '--username=postgres', `--pwfile=${passwordFile}`],
    // The method `md5` also takes scram-sha-256, from the roles that have such a hash.
    `--auth=${settings['password_encryption'] === 'md5' ? 'md5' : 'scram-sha-256'}`,
    ...['--encoding=UTF8', '--locale=C', '--no-sync'],
  ];
}

function serverSettings({ port, addresses, tls }: ServerSite): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: addresses.join(','),
    unix_socket_directories: '',
    max_connections: '200',
    // The data is thrown away: it need not survive a crash of the machine.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
    log_statement: 'all',
    // server-log.ts reads these lines.
    log_line_prefix: '%m [%p] ',
    log_timezone: 'UTC',
    ...(tls ? { ssl: 'on', ssl_cert_file: tls.certificate, ssl_key_file: tls.key } : { ssl: 'off' }),
  };
}
