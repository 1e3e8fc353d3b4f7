import type { Secret, Version } from '../../../../packages/rotation-doctor/src/secrets.ts';

type Given = Partial<Omit<Secret, 'labels'>> & { labels?: Record<string, string[]> };

/** A secret that was rotated and will be, but for what is given. */
export function secretWith({ labels = { one: ['AWSCURRENT'] }, ...replaced }: Given): Secret {
  return {
    arn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf',
    name: 'app',
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:stack-postgres-single-user',
    rotationEnabled: true,
    lastRotated: new Date('2026-03-01T00:00:00Z'),
    nextRotation: new Date('2026-04-01T00:00:00Z'),
    lastChanged: new Date('2026-03-01T00:00:00Z'),
    deletion: undefined,
    ...replaced,
    labels: new Map(Object.entries(labels)),
  };
}

export function version(id: string, created?: Date): Version {
  return { id, created, labels: [] };
}
