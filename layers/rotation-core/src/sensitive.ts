/**
 * Text that must never be printed: whatever turns it into text, JSON or an inspection gets `[redacted]`.
 * Only `reveal()` gives it out, so every place that handles clear text can be found by searching for that word.
 */
export class Sensitive {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  equals(other: Sensitive): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]';
  }
}

/** A database password in clear text. */
export class Password extends Sensitive {
  declare readonly kind: 'Password';
}

/**
 * Proves to Secrets Manager that a PutSecretValue belongs to the rotation that it started; required when the function
 * works across accounts or with an assumed role.
 */
export class RotationToken extends Sensitive {
  declare readonly kind: 'RotationToken';
}
