import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { template } from '../sam/template.ts';

interface Stage {
  readonly global: { readonly parameters: { readonly stack_name: string } };
  readonly validate: unknown;
  readonly build: unknown;
  readonly deploy: { readonly parameters: Readonly<Record<string, unknown>> };
}

const { version, ...stages } = parse(readFileSync('samconfig.toml', 'utf8'));
const stage = (name: string) => stages[name] as unknown as Stage;

it('samconfig.toml has these stages, each with a stack of its own', () => {
  expect(version).toBe(0.1);
  expect(Object.keys(stages).map((name) => [name, stage(name).global.parameters.stack_name])).toEqual([
    ['default', 'secrets-rotation'],
    ['dev', 'secrets-rotation-dev'],
    ['staging', 'secrets-rotation-staging'],
    ['prod', 'secrets-rotation-prod'],
  ]);
});

it.each(['dev', 'staging', 'prod'])('%s is validated and built like the default', (name) => {
  expect(stage(name).validate).toEqual(stage('default').validate);
  expect(stage(name).build).toEqual(stage('default').build);
});

describe.each([
  { name: 'dev', watched: 'false', days: '7' },
  { name: 'staging', watched: 'true', days: '30' },
  { name: 'prod', watched: 'true', days: '365' },
])('the deployment of $name', ({ name, watched, days }) => {
  const { parameters } = stage(name).deploy;
  const overrides = Object.fromEntries(
    (parameters['parameter_overrides'] as string[]).map((override) => {
      const [parameter = '', ...value] = override.split('=');
      return [parameter, value.join('=')];
    }),
  );

  it('shows its changes to people, and passes where there are none', () => {
    expect(parameters).toMatchObject({
      capabilities: 'CAPABILITY_IAM',
      confirm_changeset: true,
      fail_on_empty_changeset: false,
      resolve_s3: true,
      tags: ['Application=secrets-rotation', `Stage=${name}`],
    });
  });

  it('rotates the secrets of its stage and no others', () => {
    expect(overrides['SecretArnPattern']).toBe(
      `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}/*`,
    );
  });

  it('is watched as the stage deserves', () => {
    expect(overrides).toMatchObject({
      LogRetentionDays: days,
      Alarms: watched,
      RotationEvents: watched,
      Dashboard: watched,
    });
  });

  it('sets parameters that the template has, to values that it allows', () => {
    for (const [parameter, value] of Object.entries(overrides)) {
      const { AllowedPattern, AllowedValues } = template.Parameters[parameter] ?? {};
      expect(AllowedValues?.map(String) ?? [value], parameter).toContain(value);
      expect(value, parameter).toMatch(new RegExp(AllowedPattern ?? ''));
    }
    expect(Object.keys(template.Parameters)).toEqual(expect.arrayContaining(Object.keys(overrides)));
  });
});
