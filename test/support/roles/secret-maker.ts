import { randomUUID } from 'node:crypto';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../artifact-rotation.ts';
import type { TestDatabase } from '../test-database.ts';
import { LOCATION } from './stack.ts';

/** What a superuser secret says of its server: all, or nothing, as one that RDS manages for an instance or a cluster. */
export type SuperuserSecret = 'with-place' | 'of-instance' | 'of-cluster';

/** Those whose superuser secrets RDS manages, and the tag that it puts on these. */
export const RDS_DATABASES = {
  'of-instance': { kind: 'instance', arn: `arn:aws:rds:${LOCATION}:db:orders`, tag: 'primaryDBInstanceArn' },
  'of-cluster': {
    kind: 'cluster',
    arn: `arn:aws:rds:${LOCATION}:cluster:orders`,
    tag: 'primaryDBClusterArn',
  },
} as const;

/** What creates secrets for a database, by the parameters of the stack that rotates them, and returns their ARNs. */
export function secretMaker(
  api: SecretsManager,
  { server, secretEngine }: TestDatabase,
  { KmsKeyArn, SecretTag }: Readonly<Record<string, string>>,
) {
  const { host, port, superuser } = server;
  const place = { engine: secretEngine, host, port };

  async function create(Name: string, value: object, tags: Readonly<Record<string, string>> = {}) {
    const { ARN = '' } = await api.createSecret({
      Name,
      SecretString: JSON.stringify(value),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      ...(KmsKeyArn !== undefined && { KmsKeyId: KmsKeyArn }),
    });
    return ARN;
  }

  return {
    createRotated: ({ username, password }: Credentials, masterarn: string | undefined) =>
      create(
        `databases/${randomUUID()}`,
        { ...place, username, password, masterarn },
        SecretTag === undefined ? {} : { 'secrets-rotation': SecretTag },
      ),

    createSuperuser(kind: SuperuserSecret) {
      const name = `superusers/${kind}`;
      if (kind === 'with-place') return create(name, { ...place, ...superuser });
      const { tag, arn } = RDS_DATABASES[kind];
      return create(name, superuser, { [`aws:rds:${tag}`]: arn });
    },
  };
}
