import { packageOf } from './contents.ts';
import { decodeMappings, encodeMappings, type Segment } from './mappings.ts';

/** A source map of version 3 (ECMA-426), as esbuild writes it. */
interface SourceMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * Has a source map tell the lines of our own sources, and of a package no more than the file, as its line 1. Node decodes a whole
 * map, and keeps it, for the first stack trace that somebody reads: that of a driver's error, which a rotation may expect.
 * Packages are most of a bundle.
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

  const keptOf = (line: readonly Segment[]) => {
    let packageSource: number | undefined;
    return line.flatMap(({ column, original }): Segment[] => {
      if (original === undefined) {
        packageSource = undefined;
        return [{ column }];
      }
      const { source, name, ...place } = original;
      if (isOfPackage[source]) {
        if (source === packageSource) return [];
        packageSource = source;
        return [{ column, original: { source, line: 0, column: 0 } }];
      }
      packageSource = undefined;
      const named = name === undefined ? {} : { name: nameOf(name) };
      return [{ column, original: { source, ...place, ...named } }];
    });
  };

  const mappings = encodeMappings(decodeMappings(map.mappings).map(keptOf));
  const keptNames = [...names.keys()].map((name) => map.names[name] ?? '');
  return JSON.stringify({ ...map, names: keptNames, mappings });
}
