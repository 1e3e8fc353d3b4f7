import { expect, test } from 'vitest';
import { readTemplate, template } from './template.ts';

const { Parameters, Resources } = readTemplate('templates/governance.yaml');

const RULES = [
  {
    id: 'RotationEnabled',
    name: 'secretsmanager-rotation-enabled-check',
    source: 'SECRETSMANAGER_ROTATION_ENABLED_CHECK',
    input: { maximumAllowedRotationFrequency: { Ref: 'MaxRotationIntervalDays' } },
  },
  {
    id: 'RotationSucceeded',
    name: 'secretsmanager-scheduled-rotation-success-check',
    source: 'SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK',
    input: undefined,
  },
  {
    id: 'RotationOverdue',
    name: 'secretsmanager-secret-periodic-rotation',
    source: 'SECRETSMANAGER_SECRET_PERIODIC_ROTATION',
    input: { maxDaysSinceRotation: { Ref: 'MaxDaysSinceRotation' } },
  },
  {
    id: 'SecretUnused',
    name: 'secretsmanager-secret-unused',
    source: 'SECRETSMANAGER_SECRET_UNUSED',
    input: { unusedForDays: { Ref: 'UnusedForDays' } },
  },
];

test('there are these rules and no other', () => {
  expect(Object.keys(Resources)).toEqual(RULES.map(({ id }) => id));
});

test.each(RULES)('$id is the managed rule $source', ({ id, name, source, input }) => {
  expect(Resources[id]).toMatchObject({
    Type: 'AWS::Config::ConfigRule',
    Properties: { ConfigRuleName: name, Source: { Owner: 'AWS', SourceIdentifier: source } },
  });
  expect(Resources[id]?.Properties['InputParameters']).toEqual(input);
});

test('the limits are the defaults of AWS Config', () => {
  expect(Object.values(Parameters).map(({ Default }) => Default)).toEqual([90, 90, 90]);
});

test("the functions' stack listens to the rule for rotations that succeed, by its name", () => {
  expect(template.Resources['RotationOverdueRule']?.Properties['EventPattern']).toMatchObject({
    source: ['aws.config'],
    detail: { configRuleName: [{ wildcard: `*${RULES[1]?.name}*` }] },
  });
});
