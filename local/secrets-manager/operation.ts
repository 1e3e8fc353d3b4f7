import type { Input } from './input.ts';
import type { RotationService } from './rotation-service.ts';
import type { Secret, SecretValue, VersionId } from './secret.ts';
import { invalidParameter, invalidRequest, ServiceError } from './service-error.ts';
import type { Vault } from './vault.ts';

/** What an operation works on. */
export interface Service {
  readonly vault: Vault;
  readonly rotations: RotationService;
}

/** An operation's answer as it goes out: a member that is undefined is left out. */
export type Output = Readonly<Record<string, unknown>>;

/** One operation of the API: all of it happens at once, so that no call ever sees another one half done. */
export type Operation = (service: Service, input: Input) => Output;

/** The longest value of a secret: a quota of the service, which the API model states as the bound of the parameter. */
const MAX_VALUE_BYTES = 65_536;

export const readSecretId = (input: Input): string => input.text('SecretId', { min: 1, max: 2048 });

export const readLabel = { min: 1, max: 256 } as const;

export const readVersionId = (input: Input, name: string): VersionId | undefined =>
  input.optionalText(name, { min: 32, max: 64 }) as VersionId | undefined;

/**
 * The token that becomes the id of a new version.
 * @throws ServiceError of the given kind without one: the SDKs always send it, the service does not make one up.
 */
export function readToken(
  input: Input,
  missing: (message: string) => ServiceError = invalidRequest,
): VersionId {
  const token = readVersionId(input, 'ClientRequestToken');
  if (token === undefined) {
    throw missing('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  }
  return token;
}

/** @throws ServiceError InvalidParameterException when both are given; ValidationException when one is too long. */
export function readValue(input: Input): SecretValue | undefined {
  const text = input.optionalText('SecretString', { min: 1, maxBytes: MAX_VALUE_BYTES });
  const binary = input.optionalBinary('SecretBinary', { min: 1, maxBytes: MAX_VALUE_BYTES });
  if (text !== undefined && binary !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value.");
  }
  if (binary !== undefined) return { kind: 'binary', base64: binary };
  return text === undefined ? undefined : { kind: 'string', text };
}

const MAX_PAGE = 100;

/**
 * The page that NextToken and MaxResults ask for.
 * @throws ServiceError InvalidNextTokenException for a token that was not given
 */
export function readPage(input: Input): <T>(all: readonly T[]) => Page<T> {
  const size = input.optionalInteger('MaxResults', { min: 1, max: MAX_PAGE }) ?? MAX_PAGE;
  const start = pageStart(input.optionalText('NextToken', { min: 1, max: 4096 }));
  const end = start + size;
  return (all) => ({
    items: all.slice(start, end),
    nextToken: end < all.length ? pageToken(end) : undefined,
  });
}

interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

const pageToken = (start: number) => Buffer.from(`start ${start}`).toString('base64url');

function pageStart(token: string | undefined): number {
  if (token === undefined) return 0;
  const start = /^start (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start === undefined) throw new ServiceError('InvalidNextTokenException', 'Invalid NextToken.');
  return Number(start);
}

export const identity = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

/** The protocol's timestamps: seconds since 1970, with a fraction. */
export const epochSeconds = (date: Date | undefined): number | undefined =>
  date === undefined ? undefined : date.getTime() / 1000;
