import { describe, expect, it } from 'vitest';
import { contentsOf } from '../../../build/contents.ts';
import { growth } from '../../support/bundle-growth.ts';

const LISTED = { '@smithy/core': 114, pg: 48 };

/** What esbuild tells of a bundle, by the bytes that each source takes in it. */
function contents(sources: Record<string, number>) {
  const inputs = Object.fromEntries(
    Object.entries(sources).map(([path, bytesInOutput]) => [path, { bytesInOutput }]),
  );
  const output = { bytes: 200_000, inputs, imports: [], exports: [] };
  return contentsOf({ inputs: {}, outputs: { 'index.js': output } }, 'index.js');
}

describe('the contents of a bundle', () => {
  it('are bytes by package, the largest first', () => {
    const { bytes, packages } = contents({
      'functions/x.ts': 7,
      'node_modules/pg/lib/client.js': 30,
      'node_modules/pg/lib/query.js': 4,
      'node_modules/@smithy/core/dist-es/index.js': 20,
      'node_modules/pg/node_modules/split2/index.js': 9,
    });
    expect(bytes).toBe(200_000);
    expect([...packages]).toEqual([
      ['pg', 34],
      ['@smithy/core', 20],
      ['split2', 9],
      ['(ours)', 7],
    ]);
  });
});

describe('what grew', () => {
  it.each([
    ['nothing', { 'node_modules/@smithy/core/a.js': 126_000, 'node_modules/pg/b.js': 47_500 }, []],
    [
      'nothing, where it is ours',
      { 'node_modules/@smithy/core/a.js': 1, 'node_modules/pg/b.js': 1, 'c.ts': 900_000 },
      [],
    ],
    [
      'a package',
      { 'node_modules/@smithy/core/a.js': 127_000, 'node_modules/pg/b.js': 47_500 },
      ['@smithy/core takes 127 kB and is listed with 114 kB'],
    ],
    [
      'the list of packages',
      { 'node_modules/@smithy/core/a.js': 1, 'node_modules/bowser/b.js': 34_000 },
      ['bowser takes 34 kB and is not listed', 'pg is listed and not there'],
    ],
  ])('is %s', (_, sources, told) => {
    expect(growth(contents(sources), LISTED)).toEqual(told);
  });
});
