/*
 * What a rotation is measured beside: as many bare calls of Secrets Manager as it makes itself, in the shortest chain, and bare
 * logins with one ALTER. A step waits for all that it reads before it logs in, and a setSecret logs in once after the other: a
 * rotation that did these at once could be faster. None should be this careless: it checks nothing.
 */
import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { RotationEvent, RotationStep } from '../../secrets-manager/rotation-progress.ts';
import { callsIn, type FloorCall } from './calls.ts';

export interface FloorLogin {
  readonly engine: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** The bare driver. */
export interface FloorDatabase {
  /** Logs in, runs the statement, if there is one, and logs out. */
  logIn(login: FloorLogin, statement?: string): Promise<void>;
  /** The statement that gives the user the password that it has here. */
  setPassword(login: FloorLogin): string;
}

interface Version {
  readonly id: string | undefined;
  readonly login: FloorLogin;
}

type Role = 'current' | 'pending' | 'superuser';

/** Which values a step asks for, in order; further calls ask for AWSCURRENT's. That of AWSPENDING is known since it was stored. */
const VALUES: Readonly<Record<RotationStep, readonly Role[]>> = {
  createSecret: ['current'],
  setSecret: ['superuser'],
  testSecret: [],
  finishSecret: [],
};

export function floorHandler(database: FloorDatabase) {
  const client = new SecretsManagerClient({});
  const superuserArn = process.env['FLOOR_SUPERUSER_ARN'];
  const callsOf: Readonly<Record<RotationStep, readonly string[]>> = JSON.parse(
    process.env['FLOOR_CALLS'] ?? '',
  );
  /** Kept between the steps, as by a rotation that asks for fewer. */
  const values = new Map<Role, Version>();
  let password = '';

  return async ({ Step, SecretId, ClientRequestToken, RotationToken }: RotationEvent): Promise<void> => {
    const roles = VALUES[Step].filter((role) => role !== 'superuser' || superuserArn !== undefined);
    const read = async (role: Role) => {
      const answer = await client.send(
        new GetSecretValueCommand(
          role === 'superuser'
            ? { SecretId: superuserArn }
            : { SecretId, VersionStage: role === 'current' ? 'AWSCURRENT' : 'AWSPENDING' },
        ),
      );
      values.set(role, { id: answer.VersionId, login: JSON.parse(answer.SecretString ?? '') });
    };
    const call: Readonly<Record<string, (occurrence: number) => Promise<unknown>>> = {
      DescribeSecret: () => client.send(new DescribeSecretCommand({ SecretId })),
      ListSecretVersionIds: () => client.send(new ListSecretVersionIdsCommand({ SecretId })),
      GetSecretValue: (occurrence) => read(roles[occurrence] ?? 'current'),
      GetRandomPassword: async () => {
        const answer = await client.send(
          new GetRandomPasswordCommand({ PasswordLength: 32, ExcludePunctuation: true }),
        );
        password = answer.RandomPassword ?? '';
      },
      PutSecretValue: () => {
        const login = { ...value('current').login, password };
        values.set('pending', { id: ClientRequestToken, login });
        return client.send(
          new PutSecretValueCommand({
            SecretId,
            ClientRequestToken,
            RotationToken,
            VersionStages: ['AWSPENDING'],
            SecretString: JSON.stringify(login),
          }),
        );
      },
      UpdateSecretVersionStage: (occurrence) =>
        client.send(
          new UpdateSecretVersionStageCommand(
            occurrence === 0
              ? {
                  SecretId,
                  VersionStage: 'AWSCURRENT',
                  MoveToVersionId: ClientRequestToken,
                  RemoveFromVersionId: value('current').id,
                }
              : { SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: ClientRequestToken },
          ),
        ),
    };

    const { reads, writes } = callsIn(callsOf[Step]);
    const carryOut = ({ operation, occurrence }: FloorCall) => {
      const send = call[operation];
      if (send === undefined) throw new Error(`The floor does not know the call ${operation}.`);
      return send(occurrence);
    };
    await Promise.all(reads.map(carryOut));
    if (Step === 'setSecret') await setPassword();
    if (Step === 'testSecret') await test();
    for (const write of writes) await carryOut(write);
  };

  function value(role: Role): Version {
    const version = values.get(role);
    if (version === undefined) throw new Error(`The floor has not read the value of ${role}.`);
    return version;
  }

  /** A single user proves its new password right after the change; of alternating ones AWSCURRENT logs in before it. */
  async function setPassword(): Promise<void> {
    const { login } = value('pending');
    const statement = database.setPassword(login);
    if (superuserArn === undefined) {
      await database.logIn(value('current').login, statement);
      await database.logIn(login);
    } else {
      await database.logIn(value('current').login);
      await database.logIn(value('superuser').login, statement);
    }
  }

  /** Of alternating users both log in. Here they are one, which makes no difference to the server. */
  async function test(): Promise<void> {
    const { login } = value('pending');
    const logins = superuserArn === undefined ? [login] : [login, login];
    await Promise.all(logins.map((each) => database.logIn(each)));
  }
}
