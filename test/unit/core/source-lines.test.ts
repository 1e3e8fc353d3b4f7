import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '@jridgewell/sourcemap-codec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withSourceLines } from '../../../layers/rotation-core/src/source-lines.ts';

/** In the first line of the bundle: our function, where it calls another by its name, a package, and the bundler's own code. */
const MAP = JSON.stringify({
  version: 3,
  sources: ['layers/core/steps.ts', 'node_modules/pg/lib/client.js'],
  names: ['setSecret'],
  mappings: encode([
    [[10, 0, 41, 7], [20, 0, 50, 2, 0], [30, 1, 0, 0], [40]],
    [[0, 0, 60, 0]],
    // Node reads the last of all as if it had a name.
    [[0, 0, 70, 0]],
  ]),
});

let folder: string;
let bundle: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-lines-'));
  bundle = join(folder, 'index.js');
});
afterEach(() => rm(folder, { recursive: true }));

function failure(frames: readonly string[], cause?: Error): Error {
  const error = new Error('It failed.', { cause });
  error.stack = ['Error: It failed.', ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

const framesOf = ({ stack = '' }: Error) => stack.split('\n').slice(1);

describe('a stack with source lines', () => {
  beforeEach(() => writeFile(`${bundle}.map`, MAP));

  it.each([
    ['of ours', 'Object.test (BUNDLE:1:13)', 'Object.test (FOLDER/layers/core/steps.ts:42:8)'],
    ['of ours in another line', 'x (BUNDLE:2:1)', 'x (FOLDER/layers/core/steps.ts:61:1)'],
    ['without a name', 'BUNDLE:1:11', '<anonymous> (FOLDER/layers/core/steps.ts:42:8)'],
    ['after a wait', 'async x (BUNDLE:1:11)', 'async x (FOLDER/layers/core/steps.ts:42:8)'],
    [
      'after a wait, without a name',
      'async BUNDLE:1:11',
      'async <anonymous> (FOLDER/layers/core/steps.ts:42:8)',
    ],
    ['of a constructor', 'new X (BUNDLE:1:11)', 'new X (FOLDER/layers/core/steps.ts:42:8)'],
    [
      'of a package',
      'Client.connect (BUNDLE:1:35)',
      'Client.connect (FOLDER/node_modules/pg/lib/client.js:1:1)',
    ],
    ['of the bundler', 'x (BUNDLE:1:45)', 'x (BUNDLE:1:45)'],
    ['before what the map knows', 'x (BUNDLE:1:5)', 'x (BUNDLE:1:5)'],
    ['of Node', 'process.emit (node:events:514:28)', 'process.emit (node:events:514:28)'],
    ['of a file without a map', 'x (/nonexistent/index.js:1:11)', 'x (/nonexistent/index.js:1:11)'],
    [
      'of code made at run time',
      'eval (eval at x (BUNDLE:1:11), <anonymous>:1:1)',
      'eval (eval at x (BUNDLE:1:11), <anonymous>:1:1)',
    ],
    ['of promises', 'async Promise.all (index 0)', 'async Promise.all (index 0)'],
  ])('tells a frame %s', (_, frame, told) => {
    const error = withSourceLines(failure([frame.replace('BUNDLE', bundle)]));
    expect(framesOf(error)).toEqual([`    at ${told.replace('FOLDER', folder).replace('BUNDLE', bundle)}`]);
  });

  it('calls a function by the name that it is called by', () => {
    const frames = [
      `Object.a (${bundle}:1:11)`,
      `b (${bundle}:1:25)`,
      `c (${bundle}:1:11)`,
      `${bundle}:2:1`,
      `d (${bundle}:1:25)`,
    ];
    expect(framesOf(withSourceLines(failure(frames)))).toEqual([
      `    at Object.setSecret (${folder}/layers/core/steps.ts:42:8)`,
      `    at b (${folder}/layers/core/steps.ts:51:3)`,
      `    at c (${folder}/layers/core/steps.ts:42:8)`,
      `    at setSecret (${folder}/layers/core/steps.ts:61:1)`,
      `    at d (${folder}/layers/core/steps.ts:51:3)`,
    ]);
  });

  it('is that of each cause too', () => {
    const first = failure([`x (${bundle}:1:11)`]);
    withSourceLines(failure([`y (${bundle}:2:1)`], failure([], first)));
    expect(framesOf(first)).toEqual([`    at x (${folder}/layers/core/steps.ts:42:8)`]);
  });

  it('leaves lines of the message as they are', () => {
    const line = `    at x (${bundle}:1:11)`;
    const error = new Error(`It said\n${line}`);
    error.stack = `Error: It said\n${line}\n${line}`;
    expect(withSourceLines(error).stack).toBe(
      `Error: It said\n${line}\n    at x (${folder}/layers/core/steps.ts:42:8)`,
    );
  });
});

it.each([
  ['no JSON', '{"version":3,'],
  ['no source map', '[]'],
  ['empty', ''],
  ['of sources that it does not list', JSON.stringify({ ...JSON.parse(MAP), sources: [] })],
  ['of sources without a name', JSON.stringify({ ...JSON.parse(MAP), sources: [null] })],
])('a stack is told as it is where the map is %s', async (_, text) => {
  await writeFile(`${bundle}.map`, text);
  const error = withSourceLines(failure([`x (${bundle}:1:11)`]));
  expect(error.stack).toBe(`Error: It failed.\n    at x (${bundle}:1:11)`);
});

it('ends with errors that are causes of each other', async () => {
  await writeFile(`${bundle}.map`, MAP);
  const one = failure([`x (${bundle}:1:11)`]);
  const other = failure([`y (${bundle}:1:11)`], one);
  one.cause = other;
  withSourceLines(one);
  expect(framesOf(other)).toEqual([`    at y (${folder}/layers/core/steps.ts:42:8)`]);
});

it('leaves a stack that is no text, and goes on to the cause', async () => {
  await writeFile(`${bundle}.map`, MAP);
  const cause = failure([`x (${bundle}:1:11)`]);
  const error = failure([], cause);
  Object.defineProperty(error, 'stack', { value: null });
  expect(withSourceLines(error)).toBe(error);
  expect(error.stack).toBeNull();
  expect(framesOf(cause)).toEqual([`    at x (${folder}/layers/core/steps.ts:42:8)`]);
});
