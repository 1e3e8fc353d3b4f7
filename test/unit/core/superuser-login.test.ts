import type { RdsDatabase, RdsName } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { superuserLogin } from '../../../layers/rotation-core/src/superuser-login.ts';
import { failureOf } from '../support/canaries.ts';
import { current, POSTGRES, valueText } from '../support/secret-values.ts';

const OWNER = 'arn:aws:rds:eu-west-1:123456789012:cluster:orders';
const HOST = 'orders.cluster-c1a2b3.eu-west-1.rds.amazonaws.com';
const READER = 'orders.cluster-ro-c1a2b3.eu-west-1.rds.amazonaws.com';
const DATABASE: RdsDatabase = {
  engine: 'aurora-postgresql',
  writers: [{ host: HOST, port: 5433 }],
  readers: [{ host: READER, port: 5433 }],
};
const MANAGED = JSON.stringify({ username: 'admin', password: 'secret' });

/** What is read, and asked of RDS, for a superuser secret with this value and these tags. */
function reading(text: string, user: Record<string, unknown>, tags: Record<string, string> = {}) {
  const asked: (string | RdsName)[] = [];
  const login = superuserLogin('arn:admin', 'superuser secret', current(user), {
    engine: POSTGRES,
    store: {
      readOther: async (id) => {
        asked.push(`value of ${id}`);
        return { kind: 'text', text };
      },
      tagsOf: async (id) => {
        asked.push(`tags of ${id}`);
        return new Map(Object.entries(tags));
      },
    },
    rds: {
      describe: async (name) => {
        asked.push(name);
        return DATABASE;
      },
    },
  });
  return { login, asked };
}

describe('the superuser secret', () => {
  it('of the same server is read, and nothing else is', async () => {
    const { login, asked } = reading(valueText({ username: 'admin' }), { host: 'DB.example.com' });
    expect(await login).toMatchObject({ version: 'superuser secret', username: 'admin', dbname: 'orders' });
    expect(asked).toEqual(['value of arn:admin']);
  });

  it.each([
    ['at the writer', HOST],
    ['at a reader', READER],
  ])('that RDS manages is for its writer, where the user is %s', async (_case, host) => {
    const { login, asked } = reading(MANAGED, { host, port: 5433 }, { 'aws:rds:primaryDBClusterArn': OWNER });
    expect(await login).toMatchObject({
      engine: 'aurora-postgresql',
      host: HOST,
      port: 5433,
      dbname: 'orders',
      username: 'admin',
      ssl: true,
    });
    expect(asked).toEqual(['value of arn:admin', 'tags of arn:admin', { kind: 'cluster', id: OWNER }]);
  });

  it('that names the writer is taken for a user of its reader', async () => {
    const text = valueText({ username: 'admin', host: HOST, port: 5433 });
    const { login, asked } = reading(text, { host: READER, port: 5433 });
    expect(await login).toMatchObject({ host: HOST, username: 'admin' });
    expect(asked).toEqual(['value of arn:admin', { kind: 'cluster', id: 'orders' }]);
  });

  it.each([
    [
      'another host',
      { host: 'db2.example.com' },
      {},
      'its "host" is not that of AWSCURRENT (db2.example.com, not db.example.com).',
    ],
    ['another port', { port: 5434 }, {}, 'its "port" is not that of AWSCURRENT (5434, not 5432).'],
    [
      'another port of RDS',
      { host: HOST, port: 5434 },
      { host: HOST },
      'its "port" is not that of AWSCURRENT',
    ],
  ])('that names %s, about which RDS need not be asked, is refused', async (_case, theirs, user, problem) => {
    const { login, asked } = reading(valueText(theirs), user);
    const failure = await failureOf(login);
    expect(failure.name).toBe('SuperuserSecretRefused');
    expect(failure.message).toContain(problem);
    expect(asked).toEqual(['value of arn:admin']);
  });

  it.each([
    ['manages', MANAGED],
    ['knows', valueText({ host: HOST, port: 5433 })],
  ])('that RDS %s is refused for a user of another server', async (_case, text) => {
    const { login } = reading(text, { host: 'evil.example' }, { 'aws:rds:primaryDBClusterArn': OWNER });
    const failure = await failureOf(login);
    expect(failure.name).toBe('SuperuserSecretRefused');
    expect(failure.message).toContain('evil.example:5432 of the secret is no replica of that');
  });

  it('that says nowhere where it belongs lacks a key', async () => {
    const failure = await failureOf(reading(MANAGED, {}, { team: 'orders' }).login);
    expect(failure.name).toBe('InvalidSecretValue');
    expect(failure.message).toContain('The superuser secret value lacks the key');
  });

  it('that is no JSON is said to be none', async () => {
    const { login, asked } = reading('{', {});
    expect((await failureOf(login)).message).toContain('The superuser secret value is not JSON');
    expect(asked).toEqual(['value of arn:admin']);
  });
});
