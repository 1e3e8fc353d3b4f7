/**
 * An error as AWS Secrets Manager answers it: `type` goes out as `__type`, `message` as `Message`.
 * A message may name a secret, a version or a label; it never contains a value or a token that grants anything.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly type: ServiceErrorType;

  constructor(type: ServiceErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

/** The names the service gives its errors. ValidationException is the API model's own: a parameter out of its bounds. */
export type ServiceErrorType =
  | 'AccessDeniedException'
  | 'InvalidNextTokenException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'LimitExceededException'
  | 'ResourceExistsException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'ValidationException';

/** A parameter is given, and contradicts another one or the labels as they are. */
export const invalidParameter = (message: string) => new ServiceError('InvalidParameterException', message);

/** The request is well formed, and the secret is in no state to take it. */
export const invalidRequest = (message: string) => new ServiceError('InvalidRequestException', message);

export const limitExceeded = (message: string) => new ServiceError('LimitExceededException', message);

export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', message);
