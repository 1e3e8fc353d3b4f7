import { DoctorError } from './doctor-error.ts';
import { EXIT } from './exit-code.ts';
import { printable } from './printable.ts';

/** A call of the AWS API. */
export interface Call {
  /** As IAM names it, such as `secretsmanager:DescribeSecret`. */
  readonly action: string;
  /** What it is about, as a sentence names it. */
  readonly target: string;
}

/** AWS did not answer a call, or answered no. */
export class AwsFailed extends DoctorError {
  override readonly name = 'AwsFailed';
  /** The name that AWS gives the error. */
  readonly code: string;

  constructor(call: Call, error: unknown) {
    super(sentenceOn(call, error), EXIT.unanswered, error);
    this.code = codeOf(error);
  }
}

/** @throws AwsFailed in place of whatever the SDK throws */
export async function asked<T>(call: Call, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new AwsFailed(call, error);
  }
}

/** One sentence on what AWS said, and one on what to do. */
function sentenceOn({ action, target }: Call, error: unknown): string {
  const code = codeOf(error);
  const said = endedSentence(printable(error instanceof Error ? error.message : String(error)));
  switch (code) {
    case 'AccessDeniedException':
    case 'AccessDenied':
      return `AWS denies ${action} on ${target}: ${said} Allow it in your policy; the README of rotation-doctor has all that it needs.`;
    case 'ResourceNotFoundException':
      return `There is no ${target} in this account and Region. Check the name, AWS_PROFILE and AWS_REGION.`;
    case 'CredentialsProviderError':
      return `There are no AWS credentials: ${said} Sign in, or set AWS_PROFILE.`;
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidSignatureException':
      return `AWS does not accept these credentials: ${said} Sign in again.`;
    case 'ThrottlingException':
    case 'TooManyRequestsException':
      return `AWS throttles ${action}: ${said} Try again in a minute.`;
    case 'TimeoutError':
    case 'AbortError':
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
      return `${action} was not answered: ${said} Check the network, AWS_REGION and the endpoint.`;
    default:
      if (said.includes('Region is missing')) return 'There is no AWS Region. Set AWS_REGION.';
      return `${action} on ${target} failed: ${code}: ${said}`;
  }
}

function endedSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Node's own errors, as of the network, have a code. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
