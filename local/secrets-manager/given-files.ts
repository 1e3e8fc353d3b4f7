import { readFile } from 'node:fs/promises';
import type { GivenSecret } from './given-secret.ts';

export interface GivenFiles {
  /** A JSON object with a value for the ARN of each secret. */
  readonly secrets?: string | undefined;
  /** An event of the rotation that has begun for one of them. */
  readonly rotation?: string | undefined;
}

/** @throws Error when the event is about no secret that is given */
export async function readGivenSecrets({ secrets, rotation }: GivenFiles): Promise<GivenSecret[]> {
  const values = secrets === undefined ? {} : ((await readJson(secrets)) as Record<string, unknown>);
  const event = rotation === undefined ? undefined : ((await readJson(rotation)) as Event);
  if (event !== undefined && !Object.hasOwn(values, event.SecretId)) {
    throw new Error(`${rotation} is about ${event.SecretId}, which --secrets does not have.`);
  }
  return Object.entries(values).map(([arn, value]) => ({
    arn,
    text: JSON.stringify(value),
    rotating: arn === event?.SecretId ? event.ClientRequestToken : undefined,
  }));
}

interface Event {
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
