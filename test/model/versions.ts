import { strict as assert } from 'node:assert';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Login, World } from './world.ts';

/** The shortest that the service takes. */
const TOKEN_LENGTH = 32;
const LABELS = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'];

/** The versions of a secret, as they are at the moment. */
export interface Versions {
  readonly arn: string;
  /** Sorts after all earlier ones. */
  nextToken(): string;
  read(): Promise<Omit<World, 'passwords'>>;
  /** What applications do. */
  readCurrent(): Promise<Login>;
}

export async function startVersions(api: SecretsManager, name: string, value: object): Promise<Versions> {
  let tokens = 0;
  const nextToken = () => `v${String(++tokens).padStart(TOKEN_LENGTH - 1, '0')}`;
  const { ARN: arn = '' } = await api.createSecret({
    Name: name,
    ClientRequestToken: nextToken(),
    SecretString: JSON.stringify(value),
  });
  /** A value never changes once it is stored. */
  const known = new Map<string, Login>();

  async function readLogin(version: { VersionId: string } | { VersionStage: string }): Promise<Login> {
    const { SecretString = '{}' } = await api.getSecretValue({ SecretId: name, ...version });
    const { username, password } = JSON.parse(SecretString) as Login;
    return { username, password };
  }

  async function readValue(id: string): Promise<Login | null> {
    try {
      const login = known.get(id) ?? (await readLogin({ VersionId: id }));
      known.set(id, login);
      return login;
    } catch (error) {
      // Registered, and not filled yet.
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return null;
      throw error;
    }
  }

  return {
    arn,
    nextToken,
    readCurrent: () => readLogin({ VersionStage: 'AWSCURRENT' }),

    async read() {
      const { Versions: listed = [] } = await api.listSecretVersionIds({
        SecretId: name,
        IncludeDeprecated: true,
      });
      const ids = listed.map(({ VersionId = '' }) => VersionId).sort();
      const holders = new Map<string, string>();
      for (const { VersionId = '', VersionStages = [] } of listed) {
        for (const label of VersionStages) {
          assert(LABELS.includes(label), `nobody knows the label ${label}`);
          assert(!holders.has(label), `${label} is on two versions`);
          holders.set(label, VersionId);
        }
      }
      const values: Record<string, Login | null> = {};
      for (const id of ids) values[id] = await readValue(id);
      const [current, previous, pending] = LABELS.map((label) => holders.get(label) ?? null);
      assert(current, 'no version is AWSCURRENT');
      return { current, previous: previous ?? null, pending: pending ?? null, values };
    },
  };
}
