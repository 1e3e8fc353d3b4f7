import type { PreflightReport } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningServer } from '../../local/servers/database-server.ts';
import { startMySql } from '../../local/servers/mysql.ts';
import { startPostgres } from '../../local/servers/postgres.ts';
import { testDatabase } from '../support/test-database.ts';
import type { Blame, BrokenSetup } from './broken-setup.ts';
import { closedPort } from './setups/closed-port.ts';
import { expiredCertificate } from './setups/expired-certificate.ts';
import { hostMismatch } from './setups/host-mismatch.ts';
import { kmsDenied } from './setups/kms-denied.ts';
import { labelStuck } from './setups/label-stuck.ts';
import { lockedAccount } from './setups/locked-account.ts';
import { missingGrant } from './setups/missing-grant.ts';
import { passwordChangedByHand } from './setups/password-changed-by-hand.ts';
import { pendingLeft } from './setups/pending-left.ts';
import { policyTooStrict } from './setups/policy-too-strict.ts';
import { roleWithoutLogin } from './setups/role-without-login.ts';
import { rotationOff } from './setups/rotation-off.ts';
import { superuserOfAnotherHost } from './setups/superuser-of-another-host.ts';
import { wrongDbname } from './setups/wrong-dbname.ts';
import { openSite, type Site } from './site.ts';

const SETUPS: readonly BrokenSetup[] = [
  wrongDbname,
  closedPort,
  expiredCertificate,
  hostMismatch,
  passwordChangedByHand,
  labelStuck,
  pendingLeft,
  missingGrant,
  lockedAccount,
  roleWithoutLogin,
  policyTooStrict,
  superuserOfAnotherHost,
  kmsDenied,
  rotationOff,
];

/** Set up well, and broken: the report names the cause and nothing else, and what it says leads back to a rotation. */
describe('a walk through broken set-ups', () => {
  const own: RunningServer[] = [];
  beforeAll(async () => {
    await Promise.all([startMySql, startPostgres].map(async (start) => own.push(await start())));
  });
  afterAll(() => Promise.all(own.map((running) => running.stop())));
  const serverOf = ({ on, apart = false }: BrokenSetup) => {
    const found = apart ? own.find(({ server }) => server.engine === on)?.server : inject('servers')[on];
    if (found === undefined) throw new Error(`the walk has no ${on} of its own`);
    return found;
  };

  it.each(SETUPS)('$name', async (setup) => {
    const { strategy, blames, state } = setup;
    const database = testDatabase(serverOf(setup));
    await using site = await openSite(database, strategy);
    expect(blamed(await reportTo(site))).toEqual([]);

    const repair = await setup.break(site);
    const report = await reportTo(site);
    expect(blamed(report)).toMatchObject(blames.map(worded));
    const shown = await site.doctor('preflight');
    expect(shown.exitCode).toBe(report.outcome === 'failed' ? 1 : 0);
    for (const { cause, remedy } of blamed(report)) {
      if (cause !== undefined) expect(shown.stdout).toContain(`Why: ${cause}\n`);
      expect(shown.stdout).toContain(`Do: ${remedy}\n`);
    }
    expect(await site.doctor('status')).toMatchObject({
      exitCode: state === 'healthy' ? 0 : 1,
      stdout: expect.stringContaining(`State     ${state}: `),
    });

    await repair(report);
    expect(await site.doctor('unstick', '--yes')).toMatchObject({ exitCode: 0 });
    const before = await site.current();
    expect(await site.doctor('rotate', '--wait', '--yes')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Done: AWSCURRENT of .* whose login was proven\.$/m),
    });
    const { username, password } = await site.current();
    expect(password).not.toBe(before.password);
    expect(await database.logsIn(username, password)).toBe(true);
    expect(blamed(await reportTo(site))).toEqual([]);
    expect(await site.doctor('status')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('State     healthy: '),
    });
    for (const secret of site.passwords) expect(site.lab.output()).not.toContain(secret);
  });
});

async function reportTo({ doctor }: Site): Promise<PreflightReport> {
  const { stdout } = await doctor('preflight', '--format', 'json');
  return JSON.parse(stdout) as PreflightReport;
}

function blamed({ findings }: PreflightReport) {
  return findings.filter(({ outcome }) => outcome === 'failed' || outcome === 'warning');
}

function worded({ check, outcome, error, ...texts }: Blame) {
  const within = Object.entries(texts).map(([key, words]) => [key, expect.stringContaining(words)]);
  return { check, outcome, ...(error && { error }), ...Object.fromEntries(within) };
}
