/**
 * The few words of DER, the binary notation of X.509, that a certificate is made of: each value is a tag,
 * a length and its content.
 */

export const sequence = (...parts: Buffer[]) => value(0x30, ...parts);
export const set = (...parts: Buffer[]) => value(0x31, ...parts);
export const boolean = (yes: boolean) => value(0x01, Buffer.from([yes ? 0xff : 0x00]));
export const octets = (content: Buffer) => value(0x04, content);
export const text = (content: string) => value(0x0c, Buffer.from(content, 'utf8'));

/** A positive integer, big end first. */
export function integer(content: Buffer): Buffer {
  const looksNegative = (content[0] ?? 0) >= 0x80;
  return value(0x02, looksNegative ? Buffer.concat([Buffer.of(0), content]) : content);
}

/** `unused` is the number of bits at the end of the last byte that do not count. */
export const bits = (content: Buffer, unused = 0) => value(0x03, Buffer.of(unused), content);

/** A time until the year 2049, to the second: `YYMMDDHHMMSSZ`. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return value(0x17, Buffer.from(`${digits}Z`));
}

/** `dotted` is written as usual, e.g. `2.5.29.17`. The numbers go in groups of 7 bits. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return value(0x06, ...[first * 40 + second, ...rest].map(base128));
}

/** Field number `field` of the surrounding value: `constructed` of other values, or raw content. */
export function field(number: number, content: Buffer, { constructed }: { constructed: boolean }): Buffer {
  return value((constructed ? 0xa0 : 0x80) + number, content);
}

function value(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.of(size);
  if (size < 0x100) return Buffer.of(0x81, size);
  return Buffer.of(0x82, size >> 8, size & 0xff);
}

function base128(number: number): Buffer {
  const groups = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80);
  return Buffer.from(groups);
}
