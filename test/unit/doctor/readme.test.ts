import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runDoctor } from '../../../packages/rotation-doctor/src/doctor.ts';
import { surroundingsWith } from './support/surroundings.ts';

const README = readFileSync('packages/rotation-doctor/README.md', 'utf8');
const SOURCES = globSync('packages/rotation-doctor/src/*.ts').map((file) => readFileSync(file, 'utf8'));

async function help(): Promise<string> {
  const { surroundings, stdout } = surroundingsWith({});
  await runDoctor(['--help'], surroundings);
  return stdout();
}

it('the README has the permissions for just the calls that are made, and none to read a value', () => {
  const policy = JSON.parse(/```json\n(?<policy>.*?)```/s.exec(README)?.groups?.['policy'] ?? '');
  const allowed = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action)
    .map((action: string) => action.split(':')[1])
    .sort();
  const called = SOURCES.flatMap((source) => [...source.matchAll(/new (\w+)Command\(\{/g)])
    .map(([, operation]) => (operation === 'Invoke' ? 'InvokeFunction' : operation))
    .sort();
  expect(allowed).toEqual(called);
  expect(called).toEqual([
    'DescribeSecret',
    'FilterLogEvents',
    'GetFunctionConfiguration',
    'InvokeFunction',
    'ListSecretVersionIds',
    'ListSecrets',
    'RotateSecret',
    'UpdateSecretVersionStage',
  ]);
});

it('the README has the commands and the exit codes of --help', async () => {
  const shown = await help();
  const rows = [...README.matchAll(/^\| (\d) \| (.*) \|$/gm)].map(
    ([, code, meaning]) => `  ${code}  ${meaning}`,
  );
  expect(rows).toHaveLength(4);
  for (const row of rows) expect(shown).toContain(`${row}\n`);
  const commands = [...README.matchAll(/^\| `(\w+)/gm)].map(([, command]) => command);
  expect(commands).toEqual([...shown.matchAll(/^ {2}(?!help)([a-z]+) .*/gm)].map(([, command]) => command));
});

it('no document, message or remedy has npx fetch a package of that name', () => {
  const texts = globSync(
    [
      'README.md',
      'docs/**/*.md',
      'packages/*/README.md',
      '{packages,layers,functions}/**/src/*.ts',
      'functions/**/*.ts',
    ],
    {
      exclude: ['**/node_modules/**'],
    },
  ).map((file) => readFileSync(file, 'utf8'));
  const calls = texts.flatMap((text) => text.match(/npx[^\n`]*rotation-doctor/g) ?? []);
  expect(calls.length).toBeGreaterThan(5);
  expect(new Set(calls)).toEqual(new Set(['npx --no rotation-doctor']));
});

it('the package stands under a scope, and its command does not', () => {
  expect(JSON.parse(readFileSync('packages/rotation-doctor/package.json', 'utf8'))).toMatchObject({
    name: '@rotation/doctor',
    bin: { 'rotation-doctor': 'bin/rotation-doctor.js' },
  });
});
