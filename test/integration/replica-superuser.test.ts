import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import { startMySql } from '../../local/servers/mysql.ts';
import { startReplicatedMySql } from '../support/mysql-replication.ts';
import { startReplicatedPostgres } from '../support/postgres-replication.ts';
import type { ReplicatedDatabase } from '../support/replicated-database.ts';
import { failureOf, type Lab, openLab } from '../support/rotation-lab.ts';
import { type TestDatabase, uniqueName } from '../support/test-database.ts';

const PASSWORD = 'Initial-canary-1';

describe.each([
  {
    engine: 'postgres',
    start: startReplicatedPostgres,
    give: (app: string) => `ALTER ROLE "${app}" CREATEDB CONNECTION LIMIT 9`,
    take: (app: string) => `ALTER ROLE "${app}" NOCREATEDB`,
    seen: (clone: string) => `SELECT rolcreatedb, rolconnlimit FROM pg_roles WHERE rolname = '${clone}'`,
    expected: [[false, 9]],
  },
  ...(
    [
      ['mysql', startMySql],
      ['mariadb', startMariaDb],
    ] as const
  ).map(([engine, start]) => ({
    engine,
    start: () => startReplicatedMySql(engine, start),
    give: (app: string) => `GRANT INSERT, SELECT ON test_of_replicas.* TO '${app}'@'%'`,
    take: (app: string) => `REVOKE SELECT ON test_of_replicas.* FROM '${app}'@'%'`,
    seen: (clone: string) => `SELECT Select_priv, Insert_priv FROM mysql.db WHERE User = '${clone}'`,
    expected: [['N', 'Y']],
  })),
] as const)('a user of a $engine replica', ({ engine, start, give, take, seen, expected }) => {
  let servers: ReplicatedDatabase;
  let lab: Lab;
  let superuserArn: string;
  let app: string;
  let secretArn: string;
  /** The logins that the replica rejected, by user. */
  let rejected: string[] = [];

  beforeAll(async () => {
    servers = await start();
    const { writer, replica } = servers;
    const place = ({ server: { host, port } }: TestDatabase) => ({ host, port });
    lab = await openLab(catchingUp(), 'alternating-users', {
      environment: { DATABASE_CA: `${writer.server.ca}\n${replica.server.ca}` },
      rdsDatabase: { engine, writers: [place(writer)], readers: [place(replica)] },
    });
    superuserArn = await managedSecret(writer.server.superuser);
    app = uniqueName();
    await writer.createUser(app, PASSWORD);
    await vi.waitUntil(() => replica.logsIn(app, PASSWORD));
    secretArn = await lab.createSecret({ username: app, password: PASSWORD, masterarn: superuserArn });
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    await servers?.[Symbol.asyncDispose]();
  });

  /** The replica, which carries out what it was told once it has rejected somebody. */
  function catchingUp(): TestDatabase {
    const { replica, resume } = servers;
    return {
      ...replica,
      engine: {
        ...replica.engine,
        async connect(login, surroundings) {
          try {
            return await replica.engine.connect(login, surroundings);
          } catch (error) {
            rejected.push(login.username);
            await resume();
            throw error;
          }
        },
      },
    };
  }

  /** As RDS keeps it: a user name and a password, and a tag. */
  async function managedSecret({ username, password }: { username: string; password: string }) {
    const { ARN = '' } = await lab.api.createSecret({
      Name: uniqueName('managed'),
      SecretString: JSON.stringify({ username, password }),
      Tags: [{ Key: 'aws:rds:primaryDBInstanceArn', Value: 'arn:aws:rds:us-east-1:123456789012:db:orders' }],
    });
    return ARN;
  }

  it('is changed on the writer, and becomes AWSCURRENT once the replica knows', async () => {
    for (const [next, change] of [
      [`${app}_clone`, give(app)],
      [app, take(app)],
    ] as const) {
      await servers.writer.sql(change);
      await servers.pause();
      rejected = [];
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { username, password, port } = await lab.readSecret(secretArn);
      expect(username).toBe(next);
      expect(port).toBe(servers.replica.server.port);
      expect(await servers.replica.logsIn(username, password)).toBe(true);
      // One failed login each: the first look, after which the replica went on.
      expect(rejected).toEqual([next]);
    }
    expect(await servers.writer.sql(seen(`${app}_clone`))).toEqual(expected);
    expect(lab.output()).not.toContain('canary');
  });

  it('is left alone by the superuser of a server that its host does not replicate', async () => {
    const { username, password } = await lab.readSecret(secretArn);
    // The same server, but RDS does not know it by this name.
    const login = { username, password, masterarn: superuserArn, host: '127.0.0.1' };
    expect(failureOf(await lab.rotate(await lab.createSecret(login)))).toMatchObject({
      name: 'SuperuserSecretRefused',
      message: expect.stringContaining('is no replica of that'),
    });
  });
});
