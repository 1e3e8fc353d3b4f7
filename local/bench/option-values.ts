/* The values of a command line's options. Each function takes the default where an option is not given, and throws a TypeError. */

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** One of those there are, or all. */
export function chosen<Name extends string>(
  option: string,
  given: string | undefined,
  all: readonly Name[],
): readonly Name[] {
  if (given === undefined) return all;
  const found = all.filter((name) => name === given);
  if (found.length === 0) throw new TypeError(`${option} takes ${all.join(', ')}, not "${given}".`);
  return found;
}

export function wholeNumber(
  option: string,
  given: string | undefined,
  byDefault: number,
  { least, most }: Bounds,
): number {
  if (given === undefined) return byDefault;
  const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new TypeError(`${option} takes whole numbers from ${least} to ${most}, not "${given}".`);
  }
  return number;
}

/** Separated by commas, and each of them once. */
export function numbers(
  option: string,
  given: string | undefined,
  byDefault: readonly number[],
  bounds: Bounds,
): readonly number[] {
  if (given === undefined) return byDefault;
  const found = given.split(',').map((each) => wholeNumber(option, each, 0, bounds));
  if (new Set(found).size < found.length)
    throw new TypeError(`${option} takes each number once, not "${given}".`);
  return found;
}
