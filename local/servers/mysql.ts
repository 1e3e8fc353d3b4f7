import type { RunningServer, ServerOptions } from './database-server.ts';
import { mySqlEngine } from './mysql-family.ts';
import { startServer } from './start-server.ts';

/** Starts a MySQL server. Its default plugin for accounts is caching_sha2_password. */
export function startMySql(options?: ServerOptions): Promise<RunningServer> {
  return startServer(MYSQL, options);
}

/** For {@link startServer}. */
export const MYSQL = mySqlEngine({
  name: 'mysql',
  share: 'usr/share/mysql',
  source: {
    title: 'MySQL 8.0 or later',
    program: 'mysqld',
    accepts: (version) => /Ver ([89]|\d\d+)\./.test(version) && !version.includes('MariaDB'),
    debian: { packages: ['mysql-server-core'], program: 'usr/sbin/mysqld' },
    advice:
      '`apt-get install mysql-server-core` (Debian), `apt-get install mysql-server-core-8.0` (Ubuntu), ' +
      '`brew install mysql` (macOS), or put the folder of a `mysqld` on the PATH.',
  },
  options: [
    // Its own certificates carry no host name.
    '--auto-generate-certs=OFF',
    // Debian's build names a folder for exports that does not exist.
    '--secure-file-priv=NULL',
    '--skip-log-bin',
    // Every start copies the log; 100 MB by default. Before 8.0.30 it was half that, under another name.
    '--loose-innodb-redo-log-capacity=16M',
  ],
  initialise: async (command, data) => ({
    command: [...command, '--initialize-insecure', `--datadir=${data}`],
  }),
  settings: ({ tls }) => ({
    mysqlx: 'OFF',
    // Rejected logins are notes.
    'log-error-verbosity': '3',
    // No protocol version, no TLS.
    ...(!tls && { 'tls-version': '' }),
  }),
});
