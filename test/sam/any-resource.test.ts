import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');
const TEMPLATES = [
  'template.yaml',
  ...readdirSync(resolve(ROOT, 'templates')).map((name) => `templates/${name}`),
];

/**
 * Lines of the statements that allow something on any resource, without a comment in them or right above them that speaks of *.
 * A denial is the stricter the more it is about, and needs no excuse.
 */
function unexplained(template: string): number[] {
  const lines = template.split('\n');
  const lineCounter = new LineCounter();
  const found: number[] = [];
  visit(parseDocument(template, { lineCounter }), {
    Map(_, statement) {
      if (!isAny(statement.get('Resource', true)) || statement.get('Effect') === 'Deny') return;
      const [start = 0, end = 0] = statement.range ?? [];
      const first = lineCounter.linePos(start).line;
      const last = lineCounter.linePos(end).line;
      if (!lines.slice(first - 2, last).some((line) => /^\s*# .*\*/.test(line))) found.push(first);
    },
  });
  return found;
}

function isAny(resource: unknown): boolean {
  if (isSeq(resource)) return resource.items.some(isAny);
  return isScalar(resource) && resource.value === '*';
}

test.each(TEMPLATES)('%s says why, where a statement allows something on any resource', (path) => {
  expect(unexplained(readFileSync(resolve(ROOT, path), 'utf8'))).toEqual([]);
});

test('a statement about any resource is found in every form, and another comment is no excuse', () => {
  const template = `
Statement:
  # The action knows no resource but *.
  - Effect: Allow
    Resource: "*"
  - Effect: Allow
    Resource:
      - arn:aws:a:::b
      - '*'
  - !If [Some, { Effect: Allow, Resource: ["*"] }, !Ref AWS::NoValue]
  - Effect: Allow
    Resource: arn:aws:a:::*
  # Lets all in.
  - Effect: Allow
    Resource: "*"
  - Effect: Allow
    # In a policy of a key * is that key.
    Resource: "*"
  - Effect: Deny
    Resource: "*"
`;

  expect(unexplained(template)).toEqual([6, 10, 14]);
});
