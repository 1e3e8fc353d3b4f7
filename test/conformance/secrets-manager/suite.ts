import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuredRotation } from './cases/configured-rotation.ts';
import { deletedSecrets } from './cases/deleted-secrets.ts';
import { listedSecrets } from './cases/listed-secrets.ts';
import { listedVersions } from './cases/listed-versions.ts';
import { movedLabels } from './cases/moved-labels.ts';
import { protocol } from './cases/protocol.ts';
import { randomPasswords } from './cases/random-passwords.ts';
import { readValues } from './cases/read-values.ts';
import { storedValues } from './cases/stored-values.ts';
import { type Case, connect, type Deviations, type Subject } from './subject.ts';

const GROUPS: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  'creating and reading': readValues,
  'storing values': storedValues,
  'moving labels': movedLabels,
  'listing versions': listedVersions,
  'listing secrets': listedSecrets,
  'configuring rotation': configuredRotation,
  'making passwords': randomPasswords,
  'deleting secrets': deletedSecrets,
  'the protocol': protocol,
};

export interface Implementation {
  start(): Promise<Subject & { stop(): Promise<void> }>;
  /** A deviating case must fail: once it passes, its entry has to go. */
  readonly deviations: Deviations;
}

/** What AWS documents of Secrets Manager, or was recorded from it, checked through the real client. */
export function describeSecretsManager(name: string, { start, deviations }: Implementation): void {
  describe(name, () => {
    let subject: Awaited<ReturnType<Implementation['start']>>;
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject?.stop());

    for (const [group, cases] of Object.entries(GROUPS)) {
      describe(group, () => {
        for (const [claim, check] of Object.entries(cases)) {
          const deviation = deviations[claim];
          if (deviation === undefined) {
            it(claim, () => check(connect(subject), subject));
          } else {
            it(`deviates: ${claim} (${deviation})`, () =>
              expect(check(connect(subject), subject)).rejects.toThrow());
          }
        }
      });
    }

    it('has no deviation that names no case', () => {
      const claims = Object.values(GROUPS).flatMap((cases) => Object.keys(cases));
      expect(Object.keys(deviations).filter((claim) => !claims.includes(claim))).toEqual([]);
    });
  });
}
