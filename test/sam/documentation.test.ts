import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { template } from './template.ts';

const DOCUMENT = readFileSync(resolve(import.meta.dirname, '../../docs/deployment.md'), 'utf8');

/** Each row of a table of parameters: its name, and its default as written. */
const documented = [...DOCUMENT.matchAll(/^\| `(\w+)` \| .* \| ([^|]+) \|$/gm)].map(
  ([, name = '', written = '']) => ({ name, written: written.replaceAll(/^`+ ?| ?`+$/g, '') }),
);

test('docs/deployment.md has each parameter of the template, and no other', () => {
  expect(documented.map(({ name }) => name).toSorted()).toEqual(Object.keys(template.Parameters).toSorted());
});

test('the defaults in docs/deployment.md are those of the template', () => {
  const differing = documented.filter(({ name, written }) => {
    const value = template.Parameters[name]?.Default;
    // An empty text stands for something that the document puts into words.
    return value !== '' && value !== undefined && String(value) !== written;
  });

  expect(differing).toEqual([]);
});

test('docs/deployment.md names what the template exports', () => {
  const exported = Object.values(template.Outputs).flatMap(({ Export }) =>
    Export === undefined ? [] : [(Export.Name as { readonly 'Fn::Sub': string })['Fn::Sub']],
  );
  const named = [...DOCUMENT.matchAll(/`<stack>-(\w+)`/g)].map(([, name]) => `\${AWS::StackName}-${name}`);

  expect(named).not.toEqual([]);
  expect(exported).toEqual(expect.arrayContaining(named));
});

test.each(['docs/deployment.md', 'docs/pipelines.md'])('the policies in %s are JSON', (path) => {
  const text = readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');
  const policies = [...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']) => json);

  expect(policies).not.toEqual([]);
  for (const policy of policies) expect(() => JSON.parse(policy) as unknown).not.toThrow();
});
