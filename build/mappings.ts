/** Where a piece of generated code comes from: everything counts from 0, and a piece goes as far as the next one of its line. */
export interface Segment {
  readonly column: number;
  /** Undefined for code that the bundler added. */
  readonly original?: {
    /** Places in the map's list of sources, and of names. */
    readonly source: number;
    readonly line: number;
    readonly column: number;
    readonly name?: number;
  };
}

/** By line of the generated code, in order of their columns. */
export type Mappings = readonly (readonly Segment[])[];

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BITS_PER_DIGIT = 5;
const CONTINUES = 1 << BITS_PER_DIGIT;

/** Reads the mappings of a source map of version 3 (ECMA-426), where each number is a difference to the one before. */
export function decodeMappings(mappings: string): Mappings {
  let [source, originalLine, originalColumn, name] = [0, 0, 0, 0];
  return mappings.split(';').map((text) => {
    let column = 0;
    return text.split(',').flatMap((segment): Segment[] => {
      if (segment === '') return [];
      const [columns = 0, sources, lines = 0, originalColumns = 0, names] = numbersOf(segment);
      column += columns;
      if (sources === undefined) return [{ column }];
      source += sources;
      originalLine += lines;
      originalColumn += originalColumns;
      const original = { source, line: originalLine, column: originalColumn };
      if (names === undefined) return [{ column, original }];
      name += names;
      return [{ column, original: { ...original, name } }];
    });
  });
}

export function encodeMappings(mappings: Mappings): string {
  let [source, originalLine, originalColumn, name] = [0, 0, 0, 0];
  const encodeLine = (line: readonly Segment[]) => {
    let column = 0;
    return line
      .map((segment) => {
        const { original } = segment;
        const numbers = [segment.column - column];
        column = segment.column;
        if (original) {
          numbers.push(original.source - source, original.line - originalLine);
          numbers.push(original.column - originalColumn);
          ({ source, line: originalLine, column: originalColumn } = original);
          if (original.name !== undefined) {
            numbers.push(original.name - name);
            name = original.name;
          }
        }
        return numbers.map(digitsOf).join('');
      })
      .join(',');
  };
  return mappings.map(encodeLine).join(';');
}

/** Base 64 VLQ: five bits a digit, the lowest first; the lowest of the number is its sign. */
function numbersOf(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & (CONTINUES - 1)) << shift;
    shift += BITS_PER_DIGIT;
    if (digit & CONTINUES) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

function digitsOf(number: number): string {
  let value = number < 0 ? (-number << 1) + 1 : number << 1;
  let digits = '';
  do {
    const rest = value >> BITS_PER_DIGIT;
    digits += DIGITS.charAt((value & (CONTINUES - 1)) + (rest > 0 ? CONTINUES : 0));
    value = rest;
  } while (value > 0);
  return digits;
}
