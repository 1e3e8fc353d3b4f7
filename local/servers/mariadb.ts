import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningServer, ServerOptions } from './database-server.ts';
import { mySqlEngine } from './mysql-family.ts';
import type { ServerProgram } from './server-program.ts';
import { startServer } from './start-server.ts';

/** Starts a MariaDB server. Its default plugin for accounts is mysql_native_password. */
export function startMariaDb(options?: ServerOptions): Promise<RunningServer> {
  return startServer(MARIADB, options);
}

/** For {@link startServer}. */
export const MARIADB = mySqlEngine({
  name: 'mariadb',
  share: 'usr/share/mariadb',
  source: {
    title: 'MariaDB 10.11 or later',
    program: 'mariadbd',
    // Earlier ones can listen on one address only.
    accepts: (version) => /Ver (10\.11|1[1-9]|[2-9]\d)\..*MariaDB/.test(version),
    // The second one has the plugins, those for authentication among them.
    debian: { packages: ['mariadb-server-core', 'mariadb-server'], program: 'usr/sbin/mariadbd' },
    advice:
      '`apt-get install mariadb-server-core` (Debian, Ubuntu), `brew install mariadb` (macOS), ' +
      'or put the folder of a `mariadbd` on the PATH.',
  },
  // Every start copies the log; 96 MB by default.
  options: ['--innodb-log-file-size=8M'],
  async initialise(command, data, site) {
    await mkdir(data, { mode: 0o700 });
    const input = await site.writePrivate('bootstrap.sql', await bootstrapScript(command));
    return { command: [...command, '--bootstrap', `--datadir=${data}`], input };
  },
  settings: ({ tls }) => ({
    // Rejected logins are warnings of level 2.
    'log-warnings': '2',
    // Some builds report their use to the makers.
    'loose-feedback': 'OFF',
    ...(!tls && { ssl: 'OFF' }),
  }),
});

/**
 * The statements that `mariadb-install-db` would give the server. That script cannot be used: it looks for
 * its helpers where the system has them, and the server may be elsewhere.
 */
async function bootstrapScript(command: ServerProgram['command']): Promise<string> {
  const share = await shareFolder(command);
  const files = await readdir(share);
  // Before MariaDB 11 the names began with mysql_. The online help and the database `test` are left out.
  const prefix = files.includes('mariadb_system_tables.sql') ? 'mariadb' : 'mysql';
  const scripts = [
    `${prefix}_system_tables.sql`,
    `${prefix}_performance_tables.sql`,
    `${prefix}_system_tables_data.sql`,
    'maria_add_gis_sp_bootstrap.sql',
    `${prefix}_sys_schema.sql`,
  ];
  return [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    // No login by operating system user.
    'SET @auth_root_socket = NULL;',
    ...(await Promise.all(scripts.map((script) => readFile(join(share, script), 'utf8')))),
    // The name localhost stands for every loopback address: the accounts for these would be more doors.
    "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');",
    "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';",
    '',
  ].join('\n');
}

/** The folder of the server's own scripts is the one that holds its character sets. */
async function shareFolder([program, ...args]: ServerProgram['command']): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args, '--verbose', '--help'], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const characterSets = stdout.match(/^character-sets-dir +(\S.*)$/m)?.[1];
  if (characterSets === undefined)
    throw new Error(`${program} --verbose --help names no character-sets-dir.`);
  return dirname(characterSets);
}
