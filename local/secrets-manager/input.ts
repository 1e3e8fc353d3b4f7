import { ServiceError } from './service-error.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bounds as the API model states them. Lengths are in characters. */
export interface TextBounds {
  readonly min?: number;
  readonly max?: number;
  /** In UTF-8. */
  readonly maxBytes?: number;
  readonly pattern?: RegExp;
}

export interface BinaryBounds {
  readonly min: number;
  readonly maxBytes: number;
}

export interface NumberBounds {
  readonly min: number;
  readonly max: number;
}

/**
 * The parameters of one call, read one by one. Parameters nobody asks for are ignored, as by the service.
 * A parameter of the wrong type throws SerializationException, one out of its bounds ValidationException;
 * neither message repeats what was given, for it may be a secret value.
 */
export class Input {
  readonly #parameters: Readonly<Record<string, unknown>>;

  constructor(parsed: unknown) {
    if (!isObject(parsed)) throw malformed('The request must be a JSON object.');
    this.#parameters = parsed;
  }

  text(name: string, bounds: TextBounds): string {
    const text = this.optionalText(name, bounds);
    if (text === undefined) throw violated(name, 'Member must not be null');
    return text;
  }

  optionalText(name: string, bounds: TextBounds): string | undefined {
    const value = this.#read(name);
    return value === undefined ? undefined : checkText(name, value, bounds);
  }

  /** A blob, still in the base64 that it travels in. */
  optionalBinary(name: string, { min, maxBytes }: BinaryBounds): string | undefined {
    const base64 = this.optionalText(name, {});
    if (base64 === undefined) return undefined;
    if (!BASE64.test(base64)) throw malformed(`${name} must be base64.`);
    checkBytes(name, Buffer.byteLength(base64, 'base64'), min, maxBytes);
    return base64;
  }

  optionalTexts(name: string, bounds: TextBounds & { readonly maxItems: number }): string[] | undefined {
    const values = this.#read(name);
    if (values === undefined) return undefined;
    if (!Array.isArray(values)) throw malformed(`${name} must be a list.`);
    if (values.length === 0) throw violated(name, 'Member must have length greater than or equal to 1');
    if (values.length > bounds.maxItems) {
      throw violated(name, `Member must have length less than or equal to ${bounds.maxItems}`);
    }
    return values.map((value: unknown) => checkText(name, value, bounds));
  }

  optionalInteger(name: string, { min, max }: NumberBounds): number | undefined {
    const value = this.#read(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw malformed(`${name} must be an integer.`);
    if (value < min) throw violated(name, `Member must have value greater than or equal to ${min}`);
    if (value > max) throw violated(name, `Member must have value less than or equal to ${max}`);
    return value;
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.#read(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw malformed(`${name} must be a boolean.`);
    return value;
  }

  optionalObject(name: string): Input | undefined {
    const value = this.#read(name);
    return value === undefined ? undefined : new Input(value);
  }

  objects(name: string): Input[] {
    const values = this.#read(name);
    if (values === undefined) return [];
    if (!Array.isArray(values)) throw malformed(`${name} must be a list.`);
    return values.map((value: unknown) => new Input(value));
  }

  /** A parameter of null is one that is not there: so the protocol has it. */
  #read(name: string): unknown {
    return Object.hasOwn(this.#parameters, name) ? (this.#parameters[name] ?? undefined) : undefined;
  }
}

function checkText(name: string, value: unknown, { min = 0, max, maxBytes, pattern }: TextBounds): string {
  if (typeof value !== 'string') throw malformed(`${name} must be a string.`);
  if (value.length < min) throw violated(name, `Member must have length greater than or equal to ${min}`);
  if (max !== undefined && value.length > max) {
    throw violated(name, `Member must have length less than or equal to ${max}`);
  }
  if (maxBytes !== undefined) checkBytes(name, Buffer.byteLength(value), 0, maxBytes);
  if (pattern !== undefined && !pattern.test(value)) {
    throw violated(name, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }
  return value;
}

function checkBytes(name: string, bytes: number, min: number, max: number): void {
  if (bytes < min) throw violated(name, `Member must have length greater than or equal to ${min}`);
  if (bytes > max) throw violated(name, `Member must have length less than or equal to ${max}`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = (message: string) => new ServiceError('SerializationException', message);

const violated = (name: string, constraint: string) =>
  new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: ${constraint}`,
  );
