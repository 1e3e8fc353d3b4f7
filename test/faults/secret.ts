import { randomUUID } from 'node:crypto';
import type { Service } from './service.ts';

/** A value as whoever reads the secret sees it. */
export type SecretJson = Record<string, unknown> & { readonly username: string; readonly password: string };

export interface Version {
  readonly id: string;
  readonly labels: readonly string[];
  /** Absent while a registered version has none. */
  readonly value?: SecretJson;
}

/** A secret as its owner works with it, past all faults. */
export interface Secret {
  readonly arn: string;
  /** Every version that is still kept, also those without a label, in the order in which they were made. */
  versions(): readonly Version[];
  /** The version that has a label. */
  labelled(label: string): Version | undefined;
  /** Registers a rotation, as RotateSecret does, and returns its token. */
  stage(): string;
  /** Takes AWSPENDING off, as an operator does to give a rotation up. Nothing happens when it is on no version. */
  stripPending(): void;
  /** Stores a new value as AWSCURRENT: the present one with keys changed. */
  put(changed: Readonly<Record<string, unknown>>): void;
  /** The same, but the rotation under way keeps its AWSPENDING. */
  slipIn(changed: Readonly<Record<string, unknown>>): void;
}

const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';
/** Any: to store a value without making it AWSCURRENT. */
const OWN_LABEL = 'MINE';

interface ListedVersion {
  readonly VersionId: string;
  readonly VersionStages?: readonly string[];
}

export function secretOf({ call }: Service, first: SecretJson): Secret {
  const created = call('CreateSecret', {
    Name: randomUUID(),
    ClientRequestToken: randomUUID(),
    SecretString: JSON.stringify(first),
  });
  const SecretId = String(created['ARN']);

  const versions = () => list().map(versionOf);

  /** Of the others it reads no value: the races ask for a label after every call. */
  function labelled(label: string): Version | undefined {
    const listed = list().find(({ VersionStages = [] }) => VersionStages.includes(label));
    return listed && versionOf(listed);
  }

  function list(): ListedVersion[] {
    const { Versions } = call('ListSecretVersionIds', { SecretId, IncludeDeprecated: true });
    return Versions as ListedVersion[];
  }

  function versionOf({ VersionId, VersionStages = [] }: ListedVersion): Version {
    const value = read(VersionId);
    return { id: VersionId, labels: VersionStages, ...(value && { value }) };
  }

  function read(VersionId: string): SecretJson | undefined {
    try {
      return JSON.parse(
        String(call('GetSecretValue', { SecretId, VersionId })['SecretString']),
      ) as SecretJson;
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  function store(changed: Readonly<Record<string, unknown>>, label: string): string {
    const ClientRequestToken = randomUUID();
    const SecretString = JSON.stringify({ ...labelled('AWSCURRENT')?.value, ...changed });
    call('PutSecretValue', { SecretId, ClientRequestToken, SecretString, VersionStages: [label] });
    return ClientRequestToken;
  }

  function move(VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string): void {
    call('UpdateSecretVersionStage', { SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId });
  }

  return {
    arn: SecretId,
    versions,
    labelled,
    stage() {
      const ClientRequestToken = randomUUID();
      const RotationRules = { AutomaticallyAfterDays: 30 };
      call('RotateSecret', { SecretId, ClientRequestToken, RotationLambdaARN: LAMBDA_ARN, RotationRules });
      return ClientRequestToken;
    },
    stripPending() {
      const pending = labelled('AWSPENDING');
      if (pending !== undefined) move('AWSPENDING', pending.id);
    },
    put(changed) {
      store(changed, 'AWSCURRENT');
    },
    slipIn(changed) {
      const id = store(changed, OWN_LABEL);
      move('AWSCURRENT', labelled('AWSCURRENT')?.id, id);
      move(OWN_LABEL, id);
    },
  };
}
