import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readTemplate, template } from './template.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(resolve(ROOT, 'README.md'), 'utf8');

/** What README.md deploys: a template, and the parameters that it sets. */
const deployments = [
  ...README.matchAll(/^aws cloudformation deploy .*--template-file (\S+)((?: \\\n.*?)*)$/gm),
].map(([, path = '', options = '']) => ({
  path,
  parameters: [...options.matchAll(/(\w+)=/g)].map(([, name]) => name),
}));

test('README.md deploys each template that stands around the functions', () => {
  expect(deployments.map(({ path }) => path)).toEqual([
    'templates/vpc-endpoints.yaml',
    'templates/example-database.yaml',
    'templates/governance.yaml',
  ]);
});

test.each(deployments)(
  'README.md sets parameters that $path has, and all that have no default',
  ({ path, parameters }) => {
    const declared = Object.entries(readTemplate(path).Parameters);
    const required = declared.filter(([, { Default }]) => Default === undefined).map(([name]) => name);

    expect(declared.map(([name]) => name)).toEqual(expect.arrayContaining(parameters));
    expect(parameters).toEqual(expect.arrayContaining(required));
  },
);

test("the example names parameters that the functions' stack has", () => {
  const text = readFileSync(resolve(ROOT, 'templates/example-database.yaml'), 'utf8');
  const named = [...text.matchAll(/^# {3}(\w+) {2,}/gm)].map(([, name]) => name);

  expect(named).toHaveLength(6);
  expect(Object.keys(template.Parameters)).toEqual(expect.arrayContaining(named));
});
