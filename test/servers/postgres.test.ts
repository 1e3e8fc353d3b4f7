import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { POSTGRES, startPostgres } from '../../local/servers/postgres.ts';
import {
  installedBinaries,
  type PostgresBinaries,
  postgresBinaries,
} from '../../local/servers/postgres-binaries.ts';
import { logInToPostgres } from '../../local/servers/postgres-login.ts';
import { unprivilegedUser } from '../../local/servers/unprivileged-user.ts';
import { describeCleanup } from './cleanup-suite.ts';
import { describeServer } from './server-suite.ts';

describeServer({
  engine: POSTGRES,
  version: /^18\.\d+$/,
  tlsStatement: 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  noTls: /does not support SSL/,
  accounts: {
    statement: 'SELECT rolname FROM pg_roles WHERE rolcanlogin',
    rows: [{ rolname: 'postgres' }],
  },
  setting: { name: 'work_mem', value: '5MB', statement: "SELECT current_setting('work_mem')" },
});
describeCleanup('postgres');

it.each([
  ['scram-sha-256', {}, 'SCRAM-SHA-256'],
  ['md5', { settings: { password_encryption: 'md5' } }, 'md5'],
])('asks for a password on every way in: %s', async (method, options, stored) => {
  const { server, stop } = await startPostgres(options);
  try {
    const session = await logInToPostgres(server, { ...server.superuser, tls: 'verified' });
    const methods = await session.query('SELECT DISTINCT auth_method FROM pg_hba_file_rules');
    expect(methods).toEqual([{ auth_method: method }]);
    await session.query("CREATE ROLE app LOGIN PASSWORD 'first'");
    const [role] = await session.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'app'");
    expect(String(role?.['rolpassword']).startsWith(stored)).toBe(true);
    await session.close();

    const app = { username: 'app', tls: 'verified' } as const;
    await (await logInToPostgres(server, { ...app, password: 'first' })).close();
    await expect(logInToPostgres(server, { ...app, password: 'second' })).rejects.toMatchObject({
      code: '28P01',
    });
  } finally {
    await stop();
  }
});

describe('the programs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-rotation-test-'));
    await chmod(folder, 0o755);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The package as it is before its install script has made the symbolic links. */
  async function packageWithoutLinks(name: string): Promise<PostgresBinaries> {
    const { postgres } = await installedBinaries();
    const to = join(folder, name);
    const filter = (path: string) => !/\/lib[a-z0-9]+\.so\.\d+$/.test(path) || !path.includes('libicu');
    await cp(dirname(dirname(postgres)), to, { recursive: true, verbatimSymlinks: true, filter });
    return { root: to, initdb: join(to, 'bin/initdb'), postgres: join(to, 'bin/postgres') };
  }

  it('are used where they are', async () => {
    const { uid = process.getuid?.() } = (await unprivilegedUser()) ?? {};
    expect(uid).not.toBe(0);
    expect(await postgresBinaries(folder, await unprivilegedUser())).toEqual(await installedBinaries());
  });

  it('are copied and mended when they do not run where they are', async () => {
    const broken = await packageWithoutLinks('package');
    // As root, we play the checkout that no other user can enter; to an ordinary user this changes nothing.
    await chmod(join(folder, 'package'), 0o700);
    const site = join(folder, 'site');
    const mended = await postgresBinaries(site, await unprivilegedUser(), async () => broken);
    expect(mended.postgres).toBe(join(site, 'postgresql/bin/postgres'));
    expect(await postgresBinaries(folder, await unprivilegedUser(), async () => mended)).toEqual(mended);
  });
});
