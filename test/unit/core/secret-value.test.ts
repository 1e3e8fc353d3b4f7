import { assertSameIdentity, differingKey, type IdentityKey } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { parseSecretValue, saysWhere } from '../../../layers/rotation-core/src/secret-value.ts';
import { CANARY, thrownBy, witness } from '../support/canaries.ts';
import { current, POSTGRES, parsed, pending, valueText } from '../support/secret-values.ts';

const refusalOf = (text: string) =>
  thrownBy(() => parseSecretValue({ kind: 'text', text }, 'AWSCURRENT', POSTGRES));

describe('parseSecretValue', () => {
  it('reads every key that it knows', () => {
    const secret = witness(current({ ssl: false, masterarn: 'arn:admin', port: 6543 }));
    expect(secret).toMatchObject({
      version: 'AWSCURRENT',
      engine: 'postgres',
      host: 'db.example.com',
      port: 6543,
      dbname: 'orders',
      username: 'app',
      ssl: false,
      masterarn: 'arn:admin',
    });
    expect(secret.password.reveal()).toBe(CANARY.current);
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
  ])('has defaults for keys that are %s', (_case, absent) => {
    const secret = current({ port: absent, dbname: absent, masterarn: absent });
    expect(secret).toMatchObject({ port: 5432, dbname: undefined, masterarn: undefined, ssl: true });
  });

  describe.each(['engine', 'host', 'username', 'password'])('%s', (key) => {
    it.each([
      ['absent', undefined],
      ['null', null],
      ['empty', ''],
    ])('is missed by its name when %s', async (_case, absent) => {
      const failure = await refusalOf(valueText({ [key]: absent }));
      expect(failure.name).toBe('InvalidSecretValue');
      expect(failure.message).toContain(`The AWSCURRENT value lacks the key "${key}".`);
    });
  });

  describe.each(['engine', 'host', 'username', 'password', 'dbname', 'masterarn'])('%s', (key) => {
    it.each([
      ['a number', 5],
      ['true', true],
      ['an array', [CANARY.pending]],
      ['an object', { password: CANARY.pending }],
    ])('is refused by its name when it is %s', async (_case, value) => {
      expect((await refusalOf(valueText({ [key]: value }))).message).toContain(
        `has a "${key}" that is no text`,
      );
    });

    it('is refused by its name when it holds a NUL character', async () => {
      const text = valueText({ [key]: `x\0${CANARY.pending}` });
      expect((await refusalOf(text)).message).toContain(`has a "${key}" with a NUL character`);
    });
  });

  it.each([
    [5433, 5433],
    ['5433', 5433],
    [1, 1],
    ['1', 1],
    [65_535, 65_535],
    ['65535', 65_535],
    ['05432', 5432],
  ])('takes the port %j', (port, expected) => {
    expect(current({ port }).port).toBe(expected);
  });

  it.each([
    0,
    '0',
    65_536,
    '65536',
    -1,
    '-1',
    5432.5,
    '5432.5',
    '5432 ',
    ' 5432',
    '0x50',
    '1e3',
    'x',
    '123456',
    true,
    [5432],
    {},
  ])('refuses the port %j', async (port) => {
    const failure = await refusalOf(valueText({ port }));
    expect(failure.name).toBe('InvalidSecretValue');
    expect(failure.message).toContain('has a "port" that is no number from 1 to 65535');
  });

  it.each([
    [true, true],
    ['true', true],
    ['True', true],
    ['TRUE', true],
    [undefined, true],
    [null, true],
    ['', true],
    [false, false],
    ['false', false],
    ['False', false],
  ])('reads "ssl": %j', (ssl, expected) => {
    expect(current({ ssl }).ssl).toBe(expected);
  });

  it.each([0, 1, ' ', '0', 'no', 'require', ' false', [], {}])(
    'refuses "ssl": %j, and does not guess',
    async (ssl) => {
      expect((await refusalOf(valueText({ ssl }))).message).toContain(
        'has an "ssl" that is neither true nor false',
      );
    },
  );

  it('refuses bytes', async () => {
    const failure = await thrownBy(() => parseSecretValue({ kind: 'binary' }, 'AWSPENDING', POSTGRES));
    expect(failure.message).toContain('The AWSPENDING value is binary, not JSON text.');
  });

  it.each([
    ['empty', ''],
    ['a bare password', CANARY.current],
    ['cut off', valueText().slice(0, -1)],
    ['with a trailing comma', `${valueText().slice(0, -1)},}`],
    ['in single quotes', `{'password': '${CANARY.current}'}`],
    ['with a byte order mark', `\ufeff${valueText()}`],
  ])('refuses text that is %s, and does not quote it', async (_case, text) => {
    const failure = await refusalOf(text);
    expect(failure.name).toBe('InvalidSecretValue');
    expect(failure.message).toContain('The AWSCURRENT value is not JSON.');
    expect(failure.cause).toBeUndefined();
  });

  it.each([
    ['an array', JSON.stringify([CANARY.current])],
    ['a text', JSON.stringify(CANARY.current)],
    ['a number', '7'],
    ['true', 'true'],
    ['null', 'null'],
  ])('refuses %s', async (_case, text) => {
    expect((await refusalOf(text)).message).toContain('The AWSCURRENT value is no JSON object.');
  });

  it.each(['mysql', 'POSTGRES', 'oracle', 'constructor'])('refuses the engine %s', async (engine) => {
    const failure = await refusalOf(valueText({ engine }));
    expect(failure.name).toBe('EngineMismatch');
    expect(failure.message).toContain(
      `The AWSCURRENT value has "engine": "${engine}", but this function rotates postgres, aurora-postgresql.`,
    );
  });

  it('does not take a key from what every object has', async () => {
    const text = `{"__proto__": ${valueText()}}`;
    expect((await refusalOf(text)).message).toContain('lacks the key "engine"');
  });
});

describe('whether a value says which server it is for', () => {
  it.each([
    ['it does', 'db.example.com', true],
    ['its host is absent', undefined, false],
    ['its host is empty', '', false],
  ])('is told when %s', (_case, host, expected) => {
    expect(saysWhere({ kind: 'text', text: valueText({ host }) }, 'superuser secret')).toBe(expected);
  });

  it('cannot be told of bytes', async () => {
    const failure = await thrownBy(() => saysWhere({ kind: 'binary' }, 'superuser secret'));
    expect(failure.message).toContain('The superuser secret value is binary, not JSON text.');
  });
});

describe('the names of both users', () => {
  const withNames = (usernames: unknown) =>
    parseSecretValue({ kind: 'text', text: valueText({ usernames }) }, 'AWSCURRENT', POSTGRES);

  it.each([
    ['none', undefined, undefined],
    ['null', null, undefined],
    ['two', ['app', 'app2'], ['app', 'app2']],
    ['two, the other way round', ['app2', 'app'], ['app2', 'app']],
  ])('are %s', (_case, usernames, expected) => {
    expect(withNames(usernames).usernames).toEqual(expected);
  });

  it.each([
    ['one name', ['app'], 'not the names of two users'],
    ['three names', ['app', 'b', 'c'], 'not the names of two users'],
    ['the same name twice', ['app', 'app'], 'not the names of two users'],
    ['an empty name', ['app', ''], 'not the names of two users'],
    ['a number', ['app', 2], 'not the names of two users'],
    ['a text', 'app,app2', 'not the names of two users'],
    ['an object', { app: 'app2' }, 'not the names of two users'],
    ['other users', ['blue', 'green'], 'without its "username"'],
  ])('are not %s', async (_case, usernames, words) => {
    const failure = await thrownBy(() => withNames(usernames));
    expect(failure.name).toBe('InvalidSecretValue');
    expect(failure.message).toContain(words);
  });
});

describe('identity', () => {
  const KEYS: readonly IdentityKey[] = ['engine', 'host', 'port', 'ssl', 'username'];

  it.each([
    ['nothing', {}, undefined],
    ['the password', { password: CANARY.previous }, undefined],
    ['the database', { dbname: 'other' }, undefined],
    ['unknown keys', { note: 'x' }, undefined],
    ['how the port is written', { port: '5432' }, undefined],
    ['the engine', { engine: 'aurora-postgresql' }, 'engine'],
    ['the host', { host: 'evil.example.com' }, 'host'],
    ['the case of the host', { host: 'DB.example.com' }, undefined],
    ['the case of the user', { username: 'App' }, 'username'],
    ['the port', { port: 5433 }, 'port'],
    ['TLS', { ssl: false }, 'ssl'],
    ['the user', { username: 'admin' }, 'username'],
    ['several, the first of which counts', { port: 1, host: 'x', username: 'y' }, 'host'],
  ])('differs in %s', async (_case, replaced, key) => {
    const [from, to] = [current(), pending(replaced)];
    expect(differingKey(KEYS, from, to)).toBe(key);
    if (key === undefined) return assertSameIdentity(KEYS, from, to);
    const failure = await thrownBy(() => assertSameIdentity(KEYS, from, to));
    expect(failure.name).toBe('IdentityChanged');
    expect(failure.message).toContain(`AWSCURRENT and AWSPENDING differ in "${key}"`);
  });

  it('looks at the keys that it is asked for alone', () => {
    expect(differingKey(['host'], current(), parsed('x', { port: 1 }))).toBeUndefined();
  });

  it('differs in hosts that only capitals make alike', () => {
    const [one, other] = [current({ host: 'straße.example.com' }), pending({ host: 'strasse.example.com' })];
    expect(differingKey(['host'], one, other)).toBe('host');
  });
});
