import type { DatabaseSecret } from '@rotation/core';
import type { Login } from '../engines/engine.ts';

/** The login that a secret's value describes. */
export function loginOf(secret: DatabaseSecret): Login {
  return {
    host: secret.host,
    port: secret.port,
    database: secret.dbname,
    username: secret.username,
    password: secret.password,
    tls: secret.ssl,
  };
}
