/** A running database server, as plain data: it can cross a process or worker border. */
export interface DatabaseServer {
  readonly engine: 'postgres' | 'mysql' | 'mariadb';
  /** As the server itself reports it, e.g. `18.1`, `9.7.4` or `11.8.9-MariaDB`. */
  readonly version: string;
  /** The name in the server's certificate. The server listens on every loopback address behind it. */
  readonly host: 'localhost';
  readonly port: number;
  /** Holds every privilege, logs in over TCP, and has a random password of this one server. */
  readonly superuser: { readonly username: string; readonly password: string };
  /**
   * PEM of the one CA that a client is to trust; empty when TLS is off. It signed the server's certificate,
   * except under `self-signed`, where nothing that a client trusts did.
   */
  readonly ca: string;
  /** Path of the log that tells of rejected logins. */
  readonly errorLog: string;
  /** Path of the log that holds every statement. PostgreSQL writes both into one file. */
  readonly statementLog: string;
}

/** A server together with the power to end it. */
export interface RunningServer {
  readonly server: DatabaseServer;
  /** Ends the server and removes all that it wrote. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * What the server shows a client that asks for TLS: a certificate that verifies, one for the name localhost but for
 * none of its addresses, one for another host name, one signed by nobody else, one whose time is over, or no TLS at all.
 */
export type Tls = 'trusted' | 'name-only' | 'other-host' | 'self-signed' | 'expired' | 'off';

export interface ServerOptions {
  /** Default: `trusted`. */
  readonly tls?: Tls;
  /** Server settings by the server's own names, e.g. `{ password_encryption: 'md5' }`. They win over ours. */
  readonly settings?: Readonly<Record<string, string>>;
}
