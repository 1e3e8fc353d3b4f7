import type { DatabaseServer } from './database-server.ts';
import type { GuardedCommand } from './guard-protocol.ts';
import type { GuardedFolder } from './guarded-folder.ts';

/** What tells one kind of server from another; the order of the steps is in start-server.ts. */
export interface ServerEngine {
  readonly name: DatabaseServer['engine'];
  readonly superuser: string;
  readonly logIn: LogIn;
  /** Selects the server's version as `version`. */
  readonly versionStatement: string;
  /** Who runs the server and owns its files. `undefined`: who runs us. */
  user(): Promise<UserIds | undefined>;
  /** Makes the data folder, with the superuser and its password in it. */
  prepare(site: ServerSite): Promise<PreparedServer>;
}

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** The place and the parameters of one server that is about to start. */
export interface ServerSite {
  readonly folder: GuardedFolder;
  readonly user: UserIds | undefined;
  readonly port: number;
  /** The addresses to listen on. */
  readonly addresses: readonly string[];
  readonly superuserPassword: string;
  /** Paths of PEM files; `undefined` when TLS is off. */
  readonly tls: { readonly ca: string; readonly certificate: string; readonly key: string } | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** Writes a file into the folder that only the server's user can read, and returns its path. */
  writePrivate(name: string, content: string): Promise<string>;
}

export interface PreparedServer {
  readonly command: GuardedCommand;
  readonly errorLog: string;
  readonly statementLog: string;
  /** Files that hold the superuser's password and that nobody needs once the server is up. */
  readonly secretFiles: readonly string[];
}

/** Logs in over TCP with the driver that rotation uses. Rejects with the driver's own error. */
export type LogIn = (
  server: Pick<DatabaseServer, 'host' | 'port' | 'ca'>,
  credentials: { readonly username: string; readonly password: string; readonly tls: TlsUse },
) => Promise<Session>;

/** TLS with the certificate verified for the host name, TLS with any certificate, or no TLS. */
export type TlsUse = 'verified' | 'unverified' | 'none';

export interface Session {
  /** Runs one statement; resolves with its rows. */
  query(statement: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}
