import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Command, type CommonOptions, carryOut } from '../../../local/bench/command.ts';

const DOCUMENT = `# Title

<!-- begin: npm run other -->

other
<!-- end -->

<!-- begin: npm run it -->

old
<!-- end -->

Last words.
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-command-'));
  await writeFile(join(folder, 'document.md'), DOCUMENT);
});
afterEach(() => rm(folder, { recursive: true }));

interface Result {
  readonly lost: number;
}

/** Runs a command that measures nothing, and tells what it did. */
async function run(options: Partial<CommonOptions>, changes: Partial<Command<CommonOptions, Result>> = {}) {
  const [printed, told]: [string[], string[]] = [[], []];
  let runs = 0;
  const exitCode = await carryOut<CommonOptions, Result>(
    {
      usage: 'the usage',
      documentedAs: 'npm run it',
      parse: () => ({ json: undefined, write: false, help: false, ...options }),
      async run() {
        runs += 1;
        return { lost: 3 };
      },
      reportOf: ({ lost }) => `lost: ${lost}`,
      ...changes,
    },
    {
      args: [],
      document: join(folder, 'document.md'),
      print: (text) => printed.push(text),
      tell: (line) => told.push(line),
    },
  );
  return { exitCode, printed, told: told.join('\n'), runs };
}

describe('a command of the bench', () => {
  it('prints its report', async () => {
    expect(await run({})).toEqual({ exitCode: 0, printed: ['lost: 3'], told: '', runs: 1 });
  });

  it('prints the same when what it measured has gone wrong, and fails', async () => {
    expect(await run({}, { isFailure: ({ lost }) => lost > 0 })).toMatchObject({
      exitCode: 1,
      printed: ['lost: 3'],
    });
  });

  it('writes its results into a file, in place of what that held', async () => {
    const json = join(folder, 'results.json');
    await writeFile(json, 'much longer than the results will be');
    expect(await run({ json })).toMatchObject({ exitCode: 0 });
    expect(await readFile(json, 'utf8')).toBe('{\n  "lost": 3\n}\n');
  });

  it('writes its report into the document between its own marks', async () => {
    expect(await run({ write: true })).toMatchObject({ exitCode: 0, printed: ['lost: 3'] });
    expect(await readFile(join(folder, 'document.md'), 'utf8')).toBe(`# Title

<!-- begin: npm run other -->

other
<!-- end -->

<!-- begin: npm run it -->

lost: 3

<!-- end -->

Last words.
`);
  });

  it('says how it is used', async () => {
    expect(await run({ help: true })).toEqual({ exitCode: 0, printed: ['the usage'], told: '', runs: 0 });
  });

  it('fails when it cannot measure', async () => {
    const broken = { run: () => Promise.reject(new Error('no server')) };
    const { exitCode, printed, told } = await run({}, broken);
    expect({ exitCode, printed }).toEqual({ exitCode: 1, printed: [] });
    expect(told).toContain('no server');
  });
});

describe('a command of the bench measures nothing', () => {
  it('with wrong options', async () => {
    const wrong = {
      parse: () => {
        throw new TypeError('--fast is none.');
      },
    };
    expect(await run({}, wrong)).toEqual({
      exitCode: 2,
      printed: [],
      told: '--fast is none.\n\nthe usage',
      runs: 0,
    });
  });

  it.each(['/no/such/results.json', '', '.'])('when its results cannot go into "%s"', async (json) => {
    const { exitCode, told, runs } = await run({ json });
    expect({ exitCode, runs }).toEqual({ exitCode: 2, runs: 0 });
    expect(told).toContain(`--json takes a file that can be written, not "${json}": E`);
  });

  it.each([
    ['no marks of it', DOCUMENT.replace('npm run it', 'npm run them')],
    ['no end', '<!-- begin: npm run it -->\n'],
  ])('when the document has %s', async (_, text) => {
    await writeFile(join(folder, 'document.md'), text);
    const { exitCode, told, runs } = await run({ write: true });
    expect({ exitCode, runs }).toEqual({ exitCode: 2, runs: 0 });
    expect(told).toContain('lacks the lines <!-- begin: npm run it --> and <!-- end -->.');
  });
});
