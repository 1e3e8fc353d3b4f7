import { SourceMap } from 'node:module';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { decodeMappings, encodeMappings } from '../../../build/mappings.ts';
import { withoutPackageLines } from '../../../build/package-lines.ts';

describe('mappings', () => {
  it('are read as the standard has them', () => {
    expect(decodeMappings('A;AAgBC,SAAQ,CAAEA;;gCCDD')).toEqual([
      [{ column: 0 }],
      [
        { column: 0, original: { source: 0, line: 16, column: 1 } },
        { column: 9, original: { source: 0, line: 16, column: 9 } },
        { column: 10, original: { source: 0, line: 16, column: 11, name: 0 } },
      ],
      [],
      [{ column: 32, original: { source: 1, line: 15, column: 10 } }],
    ]);
  });

  it('are written as they were read', async () => {
    const code = 'export function one(two: number) {\n  return [two, `\n`, -two];\n}\n';
    const { map } = await transform(code, { loader: 'ts', minify: true, sourcemap: 'external' });
    const { mappings } = JSON.parse(map) as { mappings: string };
    expect(encodeMappings(decodeMappings(mappings))).toBe(mappings);
  });
});

describe('a map without the lines of packages', () => {
  const sources = ['functions/x.ts', 'node_modules/pg/a.js', 'node_modules/pg/b.js'];
  const from = (column: number, source: number, line: number, name?: number) => ({
    column,
    original: { source, line, column: 4, ...(name !== undefined && { name }) },
  });
  const map = new SourceMap(
    JSON.parse(
      withoutPackageLines(
        JSON.stringify({
          version: 3,
          sources,
          names: ['ofPackage', 'ofOurs'],
          mappings: encodeMappings([
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
    expect(decodeMappings(map.payload.mappings).map(({ length }) => length)).toEqual([5, 2]);
  });
});
