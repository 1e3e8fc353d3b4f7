import { Input } from './input.ts';
import type { Answer } from './interception.ts';
import type { Operation, Service } from './operation.ts';
import { cancelRotateSecret, getRandomPassword, rotateSecret } from './rotation-operations.ts';
import { createSecret, deleteSecret, describeSecret, listSecrets } from './secret-operations.ts';
import { ServiceError } from './service-error.ts';
import {
  getSecretValue,
  listSecretVersionIds,
  putSecretValue,
  updateSecretVersionStage,
} from './version-operations.ts';

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    CancelRotateSecret: cancelRotateSecret,
    CreateSecret: createSecret,
    DeleteSecret: deleteSecret,
    DescribeSecret: describeSecret,
    GetRandomPassword: getRandomPassword,
    GetSecretValue: getSecretValue,
    ListSecrets: listSecrets,
    ListSecretVersionIds: listSecretVersionIds,
    PutSecretValue: putSecretValue,
    RotateSecret: rotateSecret,
    UpdateSecretVersionStage: updateSecretVersionStage,
  }),
);

/** Every error of the service's own making goes out with this status, also those that say that something was not found. */
const CLIENT_ERROR = 400;

/** Carries a call out. The service's errors become answers; anything else is a defect of ours, and thrown. */
export function perform(service: Service, operation: string, parameters: unknown): Answer {
  try {
    const carryOut = OPERATIONS.get(operation);
    if (carryOut === undefined) {
      throw new ServiceError('UnknownOperationException', `There is no operation ${operation} here.`);
    }
    return { kind: 'output', output: carryOut(service, new Input(parameters)) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { kind: 'error', status: CLIENT_ERROR, type: error.type, message: error.message };
  }
}
