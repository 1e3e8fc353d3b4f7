import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { packageOf } from './contents.ts';

/** A source map of version 3 (ECMA-426), as esbuild writes it. */
interface SourceMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * Has a source map tell the lines of our own sources, and of a package no more than the file, as its line 1. A step that fails
 * decodes whole maps, in the memory that is left to it. Packages are most of a bundle.
 */
export function withoutPackageLines(json: string): string {
  const map = JSON.parse(json) as SourceMap;
  const isOfPackage = map.sources.map((source) => packageOf(source) !== undefined);
  const names = new Map<number, number>();
  const nameOf = (name: number) => {
    const place = names.get(name) ?? names.size;
    names.set(name, place);
    return place;
  };

  const keptOf = (line: readonly SourceMapSegment[]) => {
    let packageSource: number | undefined;
    return line.flatMap((segment): SourceMapSegment[] => {
      const [column, source, originalLine = 0, originalColumn = 0, name] = segment;
      const before = packageSource;
      packageSource = source !== undefined && isOfPackage[source] ? source : undefined;
      // Code that the bundler added has no source.
      if (source === undefined) return [[column]];
      if (packageSource !== undefined) return source === before ? [] : [[column, source, 0, 0]];
      if (name === undefined) return [[column, source, originalLine, originalColumn]];
      return [[column, source, originalLine, originalColumn, nameOf(name)]];
    });
  };

  const mappings = encode(decode(map.mappings).map(keptOf));
  const keptNames = [...names.keys()].map((name) => map.names[name] ?? '');
  return JSON.stringify({ ...map, names: keptNames, mappings });
}
