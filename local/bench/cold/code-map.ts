import { decode } from '@jridgewell/sourcemap-codec';

/** From where on, in a line of generated code, what stands there comes from a source. Columns count from 0. */
interface Segment {
  readonly column: number;
  /** Undefined for code that the bundler added. */
  readonly source: string | undefined;
}

/** Where the code of a bundle comes from. */
export interface CodeMap {
  /** By line of the bundle, in order of their columns. */
  readonly lines: readonly (readonly Segment[])[];
}

interface SourceMapFile {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** Reads a source map of version 3 (ECMA-426). */
export function readCodeMap(json: string): CodeMap {
  const { sources, mappings } = JSON.parse(json) as SourceMapFile;
  const lines = decode(mappings).map((line) =>
    line.map(([column, source]) => ({ column, source: source === undefined ? undefined : sources[source] })),
  );
  return { lines };
}

/** The source of the first piece of a line, which counts from 0; undefined where the bundler wrote all of it. */
export function sourceOfLine({ lines }: CodeMap, line: number): string | undefined {
  return lines[line]?.find(({ source }) => source !== undefined)?.source;
}

/** How many characters of the bundle come from each source. Those that the bundler added count for the source before them. */
export function charactersBySource({ lines }: CodeMap, code: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  let current: string | undefined;
  const count = (characters: number) => {
    if (current !== undefined) sizes.set(current, (sizes.get(current) ?? 0) + characters);
  };
  for (const [index, text] of code.split('\n').entries()) {
    let from = 0;
    for (const { column, source } of lines[index] ?? []) {
      count(column - from);
      from = column;
      current = source ?? current;
    }
    count(text.length + '\n'.length - from);
  }
  return sizes;
}
