import { SourceMap } from 'node:module';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { describe, expect, it } from 'vitest';
import { withoutPackageLines } from '../../../build/package-lines.ts';

describe('a map without the lines of packages', () => {
  const sources = ['functions/x.ts', 'node_modules/pg/a.js', 'node_modules/pg/b.js'];
  const from = (column: number, source: number, line: number, ...name: [number?]) =>
    [column, source, line, 4, ...name] as SourceMapSegment;
  const map = new SourceMap(
    JSON.parse(
      withoutPackageLines(
        JSON.stringify({
          version: 3,
          sources,
          names: ['ofPackage', 'ofOurs'],
          mappings: encode([
            [
              from(0, 1, 7, 0),
              from(5, 1, 8),
              from(10, 2, 9),
              from(20, 0, 30, 1),
              from(25, 0, 31),
              from(30, 1, 12),
            ],
            [from(0, 1, 13), from(50, 0, 40, 1)],
          ]),
        }),
      ),
    ),
  );
  const at = (line: number, column: number) => {
    const { originalSource, originalLine, originalColumn, name } = map.findEntry(line, column) as {
      originalSource: string;
      originalLine: number;
      originalColumn: number;
      name: string | undefined;
    };
    return [originalSource, originalLine, originalColumn, name];
  };

  it.each([
    ['of ours', 0, 22, ['functions/x.ts', 30, 4, 'ofOurs']],
    ['further on in ours', 0, 27, ['functions/x.ts', 31, 4, undefined]],
    ['of a package', 0, 3, ['node_modules/pg/a.js', 0, 0, undefined]],
    ['further on in it', 0, 7, ['node_modules/pg/a.js', 0, 0, undefined]],
    ['of another file of it', 0, 15, ['node_modules/pg/b.js', 0, 0, undefined]],
    ['of a package after ours', 0, 40, ['node_modules/pg/a.js', 0, 0, undefined]],
    ['of it in the next line', 1, 2, ['node_modules/pg/a.js', 0, 0, undefined]],
  ])('tells a place %s', (_, line, column, place) => {
    expect(at(line, column)).toEqual(place);
  });

  it('holds nothing else', () => {
    expect(map.payload.names).toEqual(['ofOurs']);
    expect(decode(map.payload.mappings).map(({ length }) => length)).toEqual([5, 2]);
  });
});
