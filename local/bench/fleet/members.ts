import { randomBytes } from 'node:crypto';
import type { Credentials, Database } from '../../demo/database.ts';
import type { GivenSecret } from '../../secrets-manager/index.ts';
import type { DatabaseServer } from '../../servers/database-server.ts';

/** One secret of the fleet, and whose password it holds. */
export interface Member {
  readonly database: Database;
  readonly server: DatabaseServer;
  readonly secret: GivenSecret;
  readonly username: string;
}

/** What all users of a fleet begin with. */
export const USER_PREFIX = 'fleet_';

const CREATE_USER: Readonly<Record<Database['functions'], (user: Credentials) => string>> = {
  postgres: ({ username, password }) => `CREATE ROLE ${username} LOGIN PASSWORD '${password}'`,
  mysql: ({ username, password }) => `CREATE USER '${username}'@'%' IDENTIFIED BY '${password}'`,
};

/** Creates users with passwords of their own, and makes the secrets that hold them. */
export async function createMembers(
  database: Database,
  server: DatabaseServer,
  count: number,
): Promise<Member[]> {
  await using superuser = await database.logIn(server, server.superuser);
  const members: Member[] = [];
  for (let number = 0; number < count; number++) {
    const username = `${USER_PREFIX}${number}`;
    // Its characters need no escaping in SQL.
    const password = randomBytes(24).toString('base64url');
    await superuser.query(CREATE_USER[database.functions]({ username, password }));
    members.push({ database, server, username, secret: secretOf(database, server, { username, password }) });
  }
  return members;
}

function secretOf(database: Database, server: DatabaseServer, login: Credentials): GivenSecret {
  const where = { engine: database.secretEngine, host: server.host, port: server.port };
  return {
    arn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${server.engine}/${login.username}-AbCdEf`,
    text: JSON.stringify({
      ...where,
      ...login,
      ...(database.functions === 'postgres' && { dbname: 'postgres' }),
    }),
  };
}
