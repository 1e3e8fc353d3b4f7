import { describe, expect, inject, it } from 'vitest';
import type { FunctionName } from '../support/artifacts.ts';
import { testDatabase } from '../support/test-database.ts';
import { openLab } from './labs.ts';

const openLabOf = (name: FunctionName, server: 'postgres' | 'mysql') =>
  openLab({ name, database: testDatabase(inject('servers')[server]) });

describe.each([
  { name: 'postgres-alternating-users', server: 'postgres', previousWorks: true },
  { name: 'mysql-single-user', server: 'mysql', previousWorks: false },
  { name: 'mysql-alternating-users', server: 'mysql', previousWorks: true },
] as const)('of $name', ({ name, server, previousWorks }) => {
  it('the login before the last rotation comes back, in the database too', async () => {
    await using lab = await openLabOf(name, server);
    await lab.rotate();
    const previous = await lab.read('AWSPREVIOUS');
    expect(await lab.logsIn(previous)).toBe(previousWorks);
    const { exitCode } = await lab.doctor(['rollback', lab.secret, '--yes']);
    expect(exitCode).toBe(0);
    expect(await lab.read()).toMatchObject(previous);
    expect(await lab.logsIn(previous)).toBe(true);
    expect((await lab.doctor(['status', lab.secret])).exitCode).toBe(0);
    expect((await lab.doctor(['rotate', lab.secret, '--wait', '--yes'])).exitCode).toBe(0);
  });

  it('a rotation that has stopped half-way is ended, and AWSCURRENT logs in', async () => {
    await using lab = await openLabOf(name, server);
    await lab.rotate();
    lab.breakAt('testSecret');
    await lab.rotate();
    lab.mend();
    const { exitCode } = await lab.doctor(['unstick', lab.secret, '--yes', '--stuck-after', '0s']);
    expect(exitCode).toBe(0);
    expect(await lab.labels()).not.toHaveProperty('AWSPENDING');
    expect(await lab.logsIn(await lab.read())).toBe(true);
    expect((await lab.doctor(['rotate', lab.secret, '--wait', '--yes'])).exitCode).toBe(0);
  });
});

describe('alternating users of which AWSCURRENT is rejected', () => {
  it('are given the login that works', async () => {
    await using lab = await openLabOf('postgres-alternating-users', 'postgres');
    await lab.rotate();
    const before = await lab.labels();
    const { username } = await lab.read();
    const { sql, identifier } = testDatabase(inject('servers').postgres);
    await sql(`ALTER ROLE ${identifier(username)} PASSWORD 'changed by hand'`);
    const { exitCode, stdout } = await lab.doctor(['unstick', lab.secret, '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('The login of AWSCURRENT works.\n');
    expect((await lab.labels())['AWSCURRENT']).toBe(before['AWSPREVIOUS']);
    expect(await lab.logsIn(await lab.read())).toBe(true);
  });
});
