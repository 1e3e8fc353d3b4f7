import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failedLogins, logPosition } from '../../local/servers/server-log.ts';
import { failureOf, type Lab, openLab } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const database = testDatabase(inject('servers').mysql);
const { server } = database;

/** The passwords that an account may have. STALE is that of a rotation that was given up: a version without a label holds it. */
const PASSWORDS = {
  CURRENT: 'Current-password-1',
  PENDING: 'Pending-password-2',
  STALE: 'Stale-password-3',
} as const;
type Name = keyof typeof PASSWORDS;
const NAMES = Object.keys(PASSWORDS) as Name[];

/** What an account was made with, and what its state is then changed by. */
const VARIANTS = [
  ['as it comes', ''],
  ['with a password history', 'PASSWORD HISTORY 5'],
  ['that is locked by one failed login', 'FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME UNBOUNDED'],
  ['that must name its password to change it', 'PASSWORD REQUIRE CURRENT'],
  ['with all of these', 'PASSWORD HISTORY 5 PASSWORD REQUIRE CURRENT'],
] as const;
const STATES = NAMES.flatMap((primary) => [
  [primary, undefined] as const,
  ...NAMES.filter((retained) => retained !== primary).map((retained) => [primary, retained] as const),
]);

const labs = new Map<string, Lab>();
async function labWith(environment: Record<string, string>): Promise<Lab> {
  const key = JSON.stringify(environment);
  const lab = labs.get(key) ?? (await openLab(database, 'single-user', { environment }));
  labs.set(key, lab);
  return lab;
}
afterAll(async () => {
  for (const lab of labs.values()) await lab[Symbol.asyncDispose]();
});

async function newAccount({
  password = PASSWORDS.CURRENT as string,
  options = '',
  host = '%',
  privileged = true,
} = {}): Promise<string> {
  const name = uniqueName();
  await database.sql(`CREATE USER '${name}'@'${host}' IDENTIFIED BY '${password}' ${options}`);
  if (privileged) await database.sql(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO '${name}'@'${host}'`);
  return name;
}

async function discardThrough(lab: Lab, SecretId: string, stage = 'AWSCURRENT'): Promise<void> {
  const versions = Object.entries(await lab.labels(SecretId));
  const ClientRequestToken = versions.find(([, stages]) => stages.includes(stage))?.[0];
  await lab.invoke({ Step: 'discardOldPassword', SecretId, ClientRequestToken });
}

const retain = (name: string, next: string, host = '%') =>
  database.sql(`ALTER USER '${name}'@'${host}' IDENTIFIED BY '${next}' RETAIN CURRENT PASSWORD`);
const discard = (name: string) => database.sql(`ALTER USER '${name}'@'%' DISCARD OLD PASSWORD`);

describe.each(VARIANTS)('an account %s', (_variant, options) => {
  const locksItself = options.includes('FAILED_LOGIN_ATTEMPTS');

  it.each(STATES)('whose primary password is %s, and retained one %s', async (primary, retained) => {
    const lab = await labWith({});
    const name = await newAccount({ password: PASSWORDS[retained ?? primary], options });
    if (retained !== undefined) await retain(name, PASSWORDS[primary]);
    const valid: readonly Name[] = retained === undefined ? [primary] : [primary, retained];
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    await lab.stepsOf(secretArn);
    await lab.rewritePending(secretArn, { username: name, password: PASSWORDS.STALE });
    await lab.cancel(secretArn);
    const run = await lab.stepsOf(secretArn);
    await lab.rewritePending(secretArn, { username: name, password: PASSWORDS.PENDING });
    const before = logPosition(server.errorLog);

    if (locksItself && !valid.includes('CURRENT')) {
      // The first login that is tried is the last one.
      await expect(run('setSecret')).rejects.toMatchObject({ name: 'AccountLocked' });
      await database.dropUser(name);
      return;
    }
    await run('setSecret');
    // None that is expected to fail: it would lock an account.
    expect(await database.logsIn(name, PASSWORDS.PENDING)).toBe(true);
    if (valid.includes('CURRENT')) {
      expect(await database.logsIn(name, PASSWORDS.CURRENT)).toBe(true);
      expect(failedLogins(server, before, name)).toBe(0);
    }
    for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const) await run(step);
    expect(await database.logsIn(name, PASSWORDS.PENDING)).toBe(true);
    if (valid.includes('CURRENT')) {
      expect(await database.logsIn(name, PASSWORDS.CURRENT)).toBe(true);
      // What remains is the primary one. A history keeps one that is valid already from becoming it.
      const isKept = primary === 'CURRENT' && retained === 'PENDING' && options.includes('HISTORY');
      await discard(name);
      expect(await database.logsIn(name, PASSWORDS[isKept ? 'CURRENT' : 'PENDING'])).toBe(true);
    }
    expect(await lab.readSecret(secretArn)).toMatchObject({ password: PASSWORDS.PENDING });
    await database.dropUser(name);
  });
});

it.each(STATES.filter((state) => (state as readonly unknown[]).includes('CURRENT')))(
  'an account with another host part keeps that out of it: primary password %s, retained one %s',
  async (primary, retained) => {
    const lab = await labWith({});
    const name = await newAccount({ password: PASSWORDS[retained ?? primary], host: 'localhost' });
    if (retained !== undefined) await retain(name, PASSWORDS[primary], 'localhost');
    await database.sql(`CREATE USER '${name}'@'10.9.%' IDENTIFIED BY '${PASSWORDS.CURRENT}'`);
    const elsewhere = () =>
      database.sql(
        `SELECT authentication_string, User_attributes FROM mysql.user WHERE User = '${name}' AND Host = '10.9.%'`,
      );
    const before = await elsewhere();
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    const run = await lab.stepsOf(secretArn);
    await lab.rewritePending(secretArn, { username: name, password: PASSWORDS.PENDING });
    for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const) await run(step);
    for (const password of [PASSWORDS.PENDING, PASSWORDS.CURRENT])
      expect(await database.logsIn(name, password)).toBe(true);
    expect(await elsewhere()).toEqual(before);
    await database.dropUser(name);
  },
);

describe('dual passwords', () => {
  it('keep AWSPREVIOUS valid until the next rotation, and nothing longer', async () => {
    const lab = await labWith({});
    const name = await newAccount();
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    const seen: string[] = [PASSWORDS.CURRENT];
    const before = logPosition(server.errorLog);
    for (let rotation = 1; rotation <= 5; rotation++) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      seen.unshift((await lab.readSecret(secretArn)).password);
      for (const password of seen.slice(0, 2)) expect(await database.logsIn(name, password)).toBe(true);
    }
    expect(failedLogins(server, before, name)).toBe(0);
    for (const password of seen.slice(2)) expect(await database.logsIn(name, password)).toBe(false);
    await database.dropUser(name);
  });

  it('reject no login of a client that logs in all the while', async () => {
    const lab = await labWith({});
    const name = await newAccount();
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    let logins = 0;
    let isOver = false;
    const client = (async () => {
      while (!isOver) {
        const { password } = await lab.readSecret(secretArn);
        await database.sqlAs(name, password, 'SELECT 1');
        logins += 1;
      }
    })();
    for (let rotation = 1; rotation <= 10; rotation++)
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    isOver = true;
    await client;
    expect(logins).toBeGreaterThan(10);
    await database.dropUser(name);
  });

  it('do not outlive the change to alternating users', async () => {
    const name = await newAccount();
    await retain(name, PASSWORDS.STALE);
    await using alternating = await openLab(database, 'alternating-users');
    const masterarn = await alternating.createSecret(server.superuser);
    const secretArn = await alternating.createSecret({
      username: name,
      password: PASSWORDS.STALE,
      masterarn,
    });
    for (let rotation = 1; rotation <= 2; rotation++)
      expect(await alternating.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    for (const password of [PASSWORDS.CURRENT, PASSWORDS.STALE])
      expect(await database.logsIn(name, password)).toBe(false);
    const { username, password } = await alternating.readSecret(secretArn);
    expect(await database.logsIn(username, password)).toBe(true);
    for (const user of [`${name}_clone`, name]) await database.dropUser(user);
  });

  it('are for the account that the function has logged in to, and for no other of its name', async () => {
    const lab = await labWith({});
    const name = await newAccount({ host: 'localhost' });
    await database.sql(`CREATE USER '${name}'@'10.%' IDENTIFIED BY '${PASSWORDS.CURRENT}'`);
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const having = await database.sql(
      `SELECT Host FROM mysql.user WHERE User = '${name}'
       AND JSON_EXTRACT(User_attributes, '$.additional_password') IS NOT NULL`,
    );
    expect(having).toEqual([['localhost']]);
    await database.dropUser(name);
  });

  it('are done without where the privilege is missing, and the log says so', async () => {
    const lab = await labWith({});
    const name = await newAccount({ privileged: false });
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    expect(await database.logsIn(name, PASSWORDS.CURRENT)).toBe(false);
    expect(lab.output()).toContain('the privilege APPLICATION_PASSWORD_ADMIN is missing');
    await database.dropUser(name);
  });

  it('are ended when the function is told so', async () => {
    const lab = await labWith({ DUAL_PASSWORDS: 'never' });
    const name = await newAccount({ password: PASSWORDS.STALE });
    await retain(name, PASSWORDS.CURRENT);
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    for (const password of [PASSWORDS.CURRENT, PASSWORDS.STALE])
      expect(await database.logsIn(name, password)).toBe(false);
    await database.dropUser(name);
  });

  it('that are required and cannot be had fail a rotation, and a trial, before anything is changed', async () => {
    const lab = await labWith({ DUAL_PASSWORDS: 'require' });
    const name = await newAccount({ privileged: false });
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    for (const immediately of [false, true]) {
      expect(failureOf(await lab.rotate(secretArn, immediately))).toMatchObject({
        name: 'DualPasswordsUnavailable',
        message: expect.stringContaining('APPLICATION_PASSWORD_ADMIN is missing'),
      });
      expect(await database.logsIn(name, PASSWORDS.CURRENT)).toBe(true);
    }
    await database.sql(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO '${name}'@'%'`);
    await lab.cancel(secretArn);
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    await database.dropUser(name);
  });

  it.each(VARIANTS)(
    '%s: the old one is discarded in finishSecret when that is configured',
    async (_, options) => {
      const lab = await labWith({ DISCARD_OLD_PASSWORD: 'true' });
      const name = await newAccount({ options });
      const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
      for (let rotation = 1; rotation <= 2; rotation++) {
        const { password: before } = await lab.readSecret(secretArn);
        const run = await lab.stepsOf(secretArn);
        for (const step of ['createSecret', 'setSecret', 'testSecret'] as const) await run(step);
        expect(await database.logsIn(name, before)).toBe(true);
        await run('finishSecret');
        const { password } = await lab.readSecret(secretArn);
        expect(await database.logsIn(name, password)).toBe(true);
        const [[retained] = []] = await database.sql(
          `SELECT JSON_EXTRACT(User_attributes, '$.additional_password') FROM mysql.user WHERE User = '${name}'`,
        );
        expect(retained).toBeNull();
      }
      await database.dropUser(name);
    },
  );

  it('of which AWSCURRENT is not the primary one are not discarded', async () => {
    const lab = await labWith({});
    const name = await newAccount({ options: 'PASSWORD HISTORY 5' });
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    await lab.rotate(secretArn);
    const { password } = await lab.readSecret(secretArn);
    await retain(name, 'By-hand-password-4');
    await expect(discardThrough(lab, secretArn)).rejects.toMatchObject({
      name: 'NothingToDiscard',
      message: expect.stringContaining('another than that of AWSCURRENT'),
    });
    expect(await database.logsIn(name, password)).toBe(true);
    await database.dropUser(name);
  });

  it('can be discarded at once by an operator, for a secret that has leaked', async () => {
    const lab = await labWith({});
    const name = await newAccount();
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    await lab.rotate(secretArn);
    expect(await database.logsIn(name, PASSWORDS.CURRENT)).toBe(true);
    await discardThrough(lab, secretArn);
    expect(await database.logsIn(name, PASSWORDS.CURRENT)).toBe(false);
    const { password } = await lab.readSecret(secretArn);
    expect(await database.logsIn(name, password)).toBe(true);

    // Also when rotation is switched off, as in an incident.
    await lab.rotate(secretArn);
    await lab.api.cancelRotateSecret({ SecretId: secretArn });
    await discardThrough(lab, secretArn);
    expect(await database.logsIn(name, password)).toBe(false);

    // Not of another version, and not in the middle of a rotation.
    await expect(discardThrough(lab, secretArn, 'AWSPREVIOUS')).rejects.toMatchObject({
      name: 'VersionNotCurrent',
    });
    const run = await lab.stepsOf(secretArn);
    await run('createSecret');
    await run('setSecret');
    await expect(discardThrough(lab, secretArn)).rejects.toMatchObject({ name: 'RotationUnderWay' });
    const current = await lab.readSecret(secretArn);
    expect(await database.logsIn(name, current.password)).toBe(true);
    await database.dropUser(name);
  });

  it('must be named where neither is known, and a person is told what to do', async () => {
    const lab = await labWith({});
    const name = await newAccount({ options: 'PASSWORD REQUIRE CURRENT' });
    await retain(name, 'By-hand-password-4');
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
      name: 'PrimaryPasswordUnknown',
      message: expect.stringContaining('no version of the secret holds'),
    });
    expect(await database.logsIn(name, PASSWORDS.CURRENT)).toBe(true);
    await database.sql(`ALTER USER '${name}'@'%' IDENTIFIED BY '${PASSWORDS.CURRENT}'`);
    await lab.cancel(secretArn);
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    await database.dropUser(name);
  });
});

describe('a superuser that changes the password of a single user', () => {
  let lab: Lab;
  let repairing: Lab;
  let masterarn: string;
  let repairingMasterarn: string;
  beforeAll(async () => {
    lab = await labWith({ SUPERUSER_SECRET_ARN: '*' });
    repairing = await labWith({ SUPERUSER_SECRET_ARN: '*', REPAIR_AWSCURRENT: 'true' });
    masterarn = await lab.createSecret(server.superuser);
    repairingMasterarn = await repairing.createSecret(server.superuser);
  });

  it.each(VARIANTS)(
    'keeps AWSCURRENT valid for an account %s, whatever it may do itself',
    async (_, options) => {
      const name = await newAccount({ options, privileged: false });
      const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT, masterarn });
      for (let rotation = 1; rotation <= 2; rotation++) {
        const { password: before } = await lab.readSecret(secretArn);
        const run = await lab.stepsOf(secretArn);
        for (const step of ['createSecret', 'setSecret', 'setSecret', 'testSecret'] as const) await run(step);
        expect(await database.logsIn(name, before)).toBe(true);
        await run('finishSecret');
        const { password } = await lab.readSecret(secretArn);
        expect(await database.logsIn(name, password)).toBe(true);
      }
      await database.dropUser(name);
    },
  );

  it.each(STATES.filter((state) => (state as readonly unknown[]).includes('CURRENT')))(
    'keeps AWSCURRENT valid where the primary password is %s, and the retained one %s',
    async (primary, retained) => {
      const options = 'PASSWORD HISTORY 5';
      const name = await newAccount({ password: PASSWORDS[retained ?? primary], options, privileged: false });
      if (retained !== undefined) await retain(name, PASSWORDS[primary]);
      const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT, masterarn });
      const run = await lab.stepsOf(secretArn);
      await lab.rewritePending(secretArn, { username: name, password: PASSWORDS.PENDING, masterarn });
      const before = logPosition(server.errorLog);
      for (const step of ['setSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) await run(step);
      for (const password of [PASSWORDS.PENDING, PASSWORDS.CURRENT])
        expect(await database.logsIn(name, password)).toBe(true);
      expect(failedLogins(server, before, name)).toBe(0);
      await database.dropUser(name);
    },
  );

  it('takes nothing from accounts of the same name that have another password', async () => {
    const name = await newAccount();
    await database.sql(`CREATE USER '${name}'@'10.9.%' IDENTIFIED BY 'Elsewhere-password-4'`);
    const stored = async () =>
      (
        await database.sql(
          `SELECT authentication_string FROM mysql.user WHERE User = '${name}' AND Host = '10.9.%'`,
        )
      )[0];
    await retain(name, PASSWORDS.PENDING);
    const before = await stored();
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.PENDING, masterarn });
    await discardThrough(lab, secretArn);
    expect(await stored()).toEqual(before);
    expect(await database.logsIn(name, PASSWORDS.CURRENT)).toBe(false);
    expect(await database.logsIn(name, PASSWORDS.PENDING)).toBe(true);
    await database.dropUser(name);
  });

  it('is not had by whoever is let in as nobody in particular', async () => {
    const name = uniqueName();
    await database.sql(`CREATE USER '${name}'@'10.9.%' IDENTIFIED BY 'Elsewhere-password-4'`);
    await database.sql(`CREATE USER ''@'localhost' IDENTIFIED BY '${PASSWORDS.CURRENT}'`);
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT, masterarn });
    expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
      name: 'NoStoredLoginWorks',
      message: expect.stringContaining('anonymous account'),
    });
    await database.sql("DROP USER ''@'localhost'");
    await database.dropUser(name);
  });

  it('is told beforehand that it may not', async () => {
    const [name, boss] = [await newAccount({ privileged: false }), uniqueName('boss')];
    await database.createUser(boss, 'Boss-password-1');
    await database.sql(`GRANT SELECT ON mysql.* TO '${boss}'@'%'`);
    const weak = await lab.createSecret({ username: boss, password: 'Boss-password-1' });
    const secretArn = await lab.createSecret({
      username: name,
      password: PASSWORDS.CURRENT,
      masterarn: weak,
    });
    for (const immediately of [false, true])
      expect(failureOf(await lab.rotate(secretArn, immediately))).toMatchObject({ name: 'PrivilegeMissing' });
    for (const user of [name, boss]) await database.dropUser(user);
  });

  it.each(STATES.filter((state) => (state as readonly unknown[]).includes('CURRENT')))(
    'ends an expiry where the primary password is %s, and the retained one %s',
    async (primary, retained) => {
      const name = await newAccount({ password: PASSWORDS[retained ?? primary] });
      if (retained !== undefined) await retain(name, PASSWORDS[primary]);
      await database.sql(`ALTER USER '${name}'@'%' PASSWORD EXPIRE`);
      const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT, masterarn });
      const run = await lab.stepsOf(secretArn);
      await lab.rewritePending(secretArn, { username: name, password: PASSWORDS.PENDING, masterarn });
      for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const) await run(step);
      expect(await database.logsIn(name, PASSWORDS.PENDING)).toBe(true);
      await database.dropUser(name);
    },
  );

  it('ends the expiry of a password, which its user cannot', async () => {
    const name = await newAccount();
    await database.sql(`ALTER USER '${name}'@'%' PASSWORD EXPIRE`);
    const alone = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT });
    expect(failureOf(await lab.rotate(alone))).toMatchObject({ name: 'PasswordExpired' });
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT, masterarn });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const { password } = await lab.readSecret(secretArn);
    expect(await database.logsIn(name, password)).toBe(true);
    await database.dropUser(name);
  });

  it('does not give a password to a user whose login the secret does not have', async () => {
    const name = await newAccount({ password: 'Changed-by-hand-4' });
    const secretArn = await lab.createSecret({ username: name, password: PASSWORDS.CURRENT, masterarn });
    expect(failureOf(await lab.rotate(secretArn))).toMatchObject({ name: 'NoStoredLoginWorks' });
    expect(await database.logsIn(name, 'Changed-by-hand-4')).toBe(true);
    await database.dropUser(name);
  });

  it('does so where the function is configured to repair AWSCURRENT', async () => {
    const name = await newAccount({ password: 'Changed-by-hand-4' });
    const secretArn = await repairing.createSecret({
      username: name,
      password: PASSWORDS.CURRENT,
      masterarn: repairingMasterarn,
    });
    expect(await repairing.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const { password } = await repairing.readSecret(secretArn);
    expect(await database.logsIn(name, password)).toBe(true);
    await database.dropUser(name);
  });
});
