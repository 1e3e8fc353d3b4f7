import { join } from 'node:path';
import type { GuardedCommand } from './guard-protocol.ts';
import { initialData } from './initial-data.ts';
import { logInToMySql } from './mysql-login.ts';
import type { PreparedServer, ServerEngine, ServerSite } from './server-engine.ts';
import { findServerProgram, type ServerProgram, type ServerSource } from './server-program.ts';

/** What MySQL and MariaDB do not have in common. */
export interface MySqlKind {
  readonly name: 'mysql' | 'mariadb';
  readonly source: ServerSource;
  /** Below the root of an unpacked Debian package: the folder of messages and character sets. */
  readonly share: string;
  /** Options of every run, initialisation included. */
  readonly options: readonly string[];
  /** Fills the data folder with system tables in which the one account `root` has no password yet. */
  initialise(
    command: ServerProgram['command'],
    data: string,
    site: ServerSite,
  ): Promise<Omit<GuardedCommand, 'output'>>;
  /** Options by name, beyond those that the two have in common. */
  settings(site: ServerSite): Record<string, string>;
}

/** The data is thrown away: it need not survive a crash of the machine. */
const THROWAWAY = ['--innodb-doublewrite=OFF', '--innodb-flush-log-at-trx-commit=0'] as const;

/** The engine of one of the two. */
export function mySqlEngine(kind: MySqlKind): ServerEngine {
  return {
    name: kind.name,
    superuser: 'root',
    logIn: logInToMySql,
    versionStatement: 'SELECT version() AS version',
    // Anybody may run these servers, root included.
    user: async () => undefined,
    prepare: (site) => prepare(kind, site),
  };
}

async function prepare(kind: MySqlKind, site: ServerSite): Promise<PreparedServer> {
  const program = await findServerProgram(kind.source);
  const command = [
    ...program.command,
    ...placeOptions(program, kind.share),
    ...THROWAWAY,
    ...kind.options,
  ] as const;
  const data = await initialData(kind.name, { ...program, command }, site, (folder) =>
    kind.initialise(command, folder, site),
  );
  // Runs before the server listens: nobody can ever log in to the root that has no password.
  const password = `ALTER USER 'root'@'localhost' IDENTIFIED BY '${site.superuserPassword}';\n`;
  const initFile = await site.writePrivate('superuser.sql', password);

  const errorLog = join(site.folder.path, 'error.log');
  const statementLog = join(site.folder.path, 'statements.log');
  const settings = Object.entries({
    ...commonSettings(site),
    datadir: data,
    'init-file': initFile,
    'log-error': errorLog,
    'general-log-file': statementLog,
    ...kind.settings(site),
    ...site.settings,
  });
  return {
    command: {
      command: [...command, ...settings.map(([name, value]) => `--${name}=${value}`)],
      output: join(site.folder.path, 'output.log'),
      // An orderly shutdown takes 1.5 s to save data that nobody will ask for again.
      stopSignal: 'SIGKILL',
    },
    errorLog,
    statementLog,
    secretFiles: [initFile],
  };
}

/** Where the server's files are and who runs it. `--no-defaults` must come first. */
function placeOptions({ root }: ServerProgram, share: string): string[] {
  return [
    '--no-defaults',
    ...(root === undefined
      ? []
      : [
          `--basedir=${join(root, 'usr')}`,
          `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`,
          `--lc-messages-dir=${join(root, share)}`,
          `--character-sets-dir=${join(root, share, 'charsets')}`,
        ]),
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
}

function commonSettings({ folder, port, addresses, tls }: ServerSite): Record<string, string> {
  return {
    port: String(port),
    'bind-address': addresses.join(','),
    socket: join(folder.path, 'socket'),
    'pid-file': join(folder.path, 'pid'),
    // A starting server removes from there what it takes for leftovers, of other servers too.
    tmpdir: folder.path,
    'general-log': 'ON',
    'log-output': 'FILE',
    // Half the memory and half the time to start.
    'performance-schema': 'OFF',
    'innodb-buffer-pool-size': '16M',
    ...(tls && { 'ssl-ca': tls.ca, 'ssl-cert': tls.certificate, 'ssl-key': tls.key }),
  };
}
