import { type OperatorStep, STEPS, type Step } from '@rotation/core';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { secretOf } from '../faults/secret.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';
import { gatedFunction } from './gated-function.ts';
import { memoryService } from './memory-service.ts';

/*
 * An invocation that is to discard the old password waits for its lock while another rotation begins, and gets it between the
 * login and the lock of that one's finishSecret.
 */

interface Discard {
  /** What has succeeded before the late invocation. */
  readonly done: readonly Step[];
  readonly late: Step | OperatorStep;
  readonly environment: Readonly<Record<string, string>>;
}

const DISCARDS: readonly Discard[] = [
  {
    done: ['createSecret', 'setSecret', 'testSecret'],
    late: 'finishSecret',
    environment: { DISCARD_OLD_PASSWORD: 'true' },
  },
  { done: STEPS, late: 'discardOldPassword', environment: {} },
];

describe('a late discard', () => {
  const server = inject('servers').mysql;
  const database = testDatabase(server);
  const user = { username: '', password: 'Initial-password-1' };

  beforeEach(async () => {
    user.username = uniqueName();
    await database.createUser(user.username, user.password);
    await database.sql(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${database.literal(user.username)}@'%'`);
  });
  afterEach(() => database.dropUser(user.username));

  it.each(DISCARDS)(
    'by $late leaves the rotation that follows alone',
    async ({ done, late, environment }) => {
      const { host, port, ca } = server;
      const service = memoryService();
      const secret = secretOf(service, { engine: 'mysql', host, port, ...user });
      const toDiscard = Promise.withResolvers<void>();
      const toFinish = Promise.withResolvers<void>();
      const discarded = Promise.withResolvers<void>();
      let stepOfNew: Step = 'createSecret';
      const isPromoted = () => secret.labelled('AWSCURRENT')?.id === first;
      const run = gatedFunction({
        strategy: 'single-user',
        engine: database.engine,
        service,
        environment: { DATABASE_CA: ca, ...environment },
        secretArn: secret.arn,
        async pass(who, what) {
          if (what !== 'lock') return;
          if (who === 'late' && isPromoted()) {
            toDiscard.resolve();
            await toFinish.promise;
          }
          if (who === 'new' && stepOfNew === 'finishSecret') {
            toFinish.resolve();
            await discarded.promise;
          }
        },
      });
      const first = secret.stage();
      for (const step of done) await run('before', step, first);
      const lateEnd = run('late', late, first)
        .catch(() => {})
        .finally(() => discarded.resolve());
      await toDiscard.promise;

      const second = secret.stage();
      for (const step of STEPS) {
        stepOfNew = step;
        await run('new', step, second);
      }
      await lateEnd;

      const current = secret.labelled('AWSCURRENT');
      expect(current?.id).toBe(second);
      expect(await database.logsIn(user.username, current?.value?.password ?? '')).toBe(true);
    },
  );
});
