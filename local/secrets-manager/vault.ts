import { randomInt } from 'node:crypto';
import type { Secret, SecretArn } from './secret.ts';
import { invalidRequest, notFound, ServiceError } from './service-error.ts';

const ARN_SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** The hyphen and six random characters that the service puts behind the name in an ARN. */
const ARN_SUFFIX_LENGTH = 7;

export interface VaultOptions {
  readonly region: string;
  readonly accountId: string;
  readonly now: () => Date;
}

/** All secrets of one account and Region, in memory. A secret is replaced as a whole, so no change is ever half made. */
export class Vault {
  readonly #secrets = new Map<string, Secret>();
  readonly #options: VaultOptions;

  constructor(options: VaultOptions) {
    this.#options = options;
  }

  now(): Date {
    return this.#options.now();
  }

  /** A new ARN for a name: a secret that is deleted and made again has another one. */
  makeArn(name: string): SecretArn {
    const suffix = Array.from({ length: 6 }, () =>
      ARN_SUFFIX_ALPHABET.charAt(randomInt(ARN_SUFFIX_ALPHABET.length)),
    ).join('');
    const { region, accountId } = this.#options;
    return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}` as SecretArn;
  }

  /**
   * Finds a secret by name, by ARN, or by an ARN without its last seven characters.
   * @throws ServiceError ResourceNotFoundException
   */
  find(secretId: string): Secret {
    const secret = this.lookUp(secretId);
    if (secret === undefined) throw notFound("Secrets Manager can't find the specified secret.");
    return secret;
  }

  /**
   * Finds a secret that may be used.
   * @throws ServiceError ResourceNotFoundException; InvalidRequestException when it is scheduled for deletion.
   */
  findUsable(secretId: string): Secret {
    const secret = this.find(secretId);
    if (secret.deletion !== undefined) {
      throw invalidRequest(
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

  lookUp(secretId: string): Secret | undefined {
    const secret =
      this.#secrets.get(secretId) ??
      [...this.#secrets.values()].find(
        ({ arn }) => arn === secretId || arn.slice(0, -ARN_SUFFIX_LENGTH) === secretId,
      );
    if (secret?.deletion !== undefined && secret.deletion <= this.now()) {
      this.remove(secret);
      return undefined;
    }
    return secret;
  }

  /** In the order in which they were made. */
  all(): Secret[] {
    return [...this.#secrets.keys()]
      .map((name) => this.lookUp(name))
      .filter((secret) => secret !== undefined);
  }

  /** @throws ServiceError when the name is taken, or was taken by a secret that is not yet deleted for good. */
  checkNameIsFree(name: string): void {
    const secret = this.#secrets.has(name) ? this.lookUp(name) : undefined;
    if (secret === undefined) return;
    if (secret.deletion !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    throw new ServiceError(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    );
  }

  save(secret: Secret): void {
    this.#secrets.set(secret.name, secret);
  }

  remove(secret: Secret): void {
    this.#secrets.delete(secret.name);
  }
}
