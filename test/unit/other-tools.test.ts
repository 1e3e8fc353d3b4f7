import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { template } from '../sam/template.ts';

const DOCUMENT = readFileSync('docs/from-cdk-and-terraform.md', 'utf8');
const FUNCTION_ARNS = [
  'PostgresSingleUserArn',
  'PostgresAlternatingUsersArn',
  'MySqlSingleUserArn',
  'MySqlAlternatingUsersArn',
];

it('the document names the ARNs of all functions, and the template exports them', () => {
  for (const output of FUNCTION_ARNS) {
    expect(DOCUMENT).toContain(`\`${output}\``);
    expect(template.Outputs[output]?.Export).toEqual({ Name: { 'Fn::Sub': `\${AWS::StackName}-${output}` } });
  }
});

it('its snippets import what the default stack exports', () => {
  const imported = [...DOCUMENT.matchAll(/["'`]secrets-rotation-(\w+)["'`]/g)].map(([, output]) => output);
  expect(imported).toHaveLength(4);
  for (const output of imported) expect(FUNCTION_ARNS).toContain(output);
  expect(readFileSync('samconfig.toml', 'utf8')).toContain('stack_name = "secrets-rotation"\n');
});
