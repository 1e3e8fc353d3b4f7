import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startSecretsManager } from '../../../local/secrets-manager/index.ts';
import { connect, labels, makeSecret, V1, V2, V3, V4 } from './subject.ts';

const VERSIONS = [V1, V2, V3, V4];

type Action =
  | { readonly kind: 'put'; readonly version: string; readonly labels: string[] }
  | {
      readonly kind: 'move';
      readonly label: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
    };

const version = fc.constantFrom(...VERSIONS);
const label = fc.constantFrom('AWSCURRENT', 'AWSPENDING', 'blue');
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      version,
      labels: fc.uniqueArray(label, { minLength: 1 }),
    }),
    fc.record({
      kind: fc.constant('move' as const),
      label,
      from: fc.option(version, { nil: undefined }),
      to: fc.option(version, { nil: undefined }),
    }),
  ),
  { maxLength: 12 },
);

it('whatever is put and moved, AWSCURRENT is on one version, and AWSPREVIOUS on the one that had it before', async () => {
  await using service = await startSecretsManager({ rotation: { kind: 'staging-only' } });
  const api = connect(service);

  const perform = (SecretId: string, action: Action) => {
    switch (action.kind) {
      case 'put':
        return api.putSecretValue({
          SecretId,
          ClientRequestToken: action.version,
          SecretString: action.version,
          VersionStages: action.labels,
        });
      case 'move':
        return api.updateSecretVersionStage({
          SecretId,
          VersionStage: action.label,
          ...(action.from === undefined ? {} : { RemoveFromVersionId: action.from }),
          ...(action.to === undefined ? {} : { MoveToVersionId: action.to }),
        });
      default:
        throw action satisfies never;
    }
  };

  await fc.assert(
    fc.asyncProperty(actions, async (sequence) => {
      const id = await makeSecret(api, V1);
      let current = V1;
      let previous: string | undefined;
      for (const action of sequence) {
        const before = await labels(api, id);
        const refused = await perform(id, action).then(
          () => false,
          () => true,
        );
        const after = await labels(api, id);
        const holders = holdersOf(after);
        if (refused) expect(after).toEqual(before);
        expect(holders('AWSCURRENT')).toHaveLength(1);
        const [now = ''] = holders('AWSCURRENT');
        if (now !== current) [previous, current] = [current, now];
        expect(holders('AWSPREVIOUS')).toEqual(previous === undefined ? [] : [previous]);
        for (const other of ['AWSPENDING', 'blue']) expect(holders(other).length).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 60 },
  );
});

const holdersOf = (attached: Record<string, string[]>) => (wanted: string) =>
  Object.keys(attached).filter((id) => attached[id]?.includes(wanted));
