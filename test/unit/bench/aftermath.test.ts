import { expect, it } from 'vitest';
import { type Ending, lostRotations } from '../../../local/bench/fleet/aftermath.ts';
import type { Member } from '../../../local/bench/fleet/members.ts';
import type { Secrets } from '../../../local/demo/secrets.ts';

const ended = (kind: string, ...failures: readonly { step: string; error: unknown }[]) =>
  ({ kind, versionId: 'version', failures }) as unknown as Ending;
const succeeded = ended('succeeded', { step: 'setSecret', error: new Error('made good since') });

/** Looks at one member after its rotation, which had the password `old`. */
function lost(ending: Ending, current: () => string, logIn: (password: string) => void = () => {}) {
  const member = {
    server: { engine: 'mysql' },
    username: 'fleet_7',
    secret: { arn: 'arn:7' },
    database: {
      async logIn(_: unknown, { password }: { password: string }) {
        logIn(password);
        return { async [Symbol.asyncDispose]() {} };
      },
    },
  } as unknown as Member;
  const secrets = { readCurrent: async () => ({ username: 'fleet_7', password: current() }) };
  return lostRotations([{ member, passwordBefore: 'old', ending }], secrets as unknown as Secrets);
}

it('a rotation is not lost when AWSCURRENT is new and logs in', async () => {
  const passwords: string[] = [];
  const log = (password: string) => void passwords.push(password);
  expect(await lost(succeeded, () => 'new', log)).toEqual([]);
  expect(passwords).toEqual(['new']);
});

const refusal = () => {
  throw new Error('refused');
};
const accept = () => {};

it.each([
  [
    'was refused',
    { kind: 'unknown', error: new Error('not complete') } as const,
    () => 'new',
    accept,
    'not complete',
  ],
  ['was cancelled', ended('cancelled'), () => 'new', accept, 'rotation cancelled'],
  [
    'failed',
    ended(
      'failed',
      { step: 'createSecret', error: 'first' },
      { step: 'setSecret', error: new Error('last') },
    ),
    () => 'new',
    accept,
    'rotation failed, setSecret: last',
  ],
  ['changed nothing', succeeded, () => 'old', accept, 'AWSCURRENT has the password that it had'],
  ['left what does not log in', succeeded, () => 'new', refusal, 'AWSCURRENT cannot be used, refused'],
  ['left what cannot be read', succeeded, refusal, accept, 'AWSCURRENT cannot be used, refused'],
])('a rotation that %s is lost, and is said to be', async (_, ending, current, logIn, problem) => {
  expect(await lost(ending, current, logIn)).toEqual([
    { secretArn: 'arn:7', problem: `mysql, fleet_7: ${problem}` },
  ]);
});
