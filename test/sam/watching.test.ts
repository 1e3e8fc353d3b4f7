import { describe, expect, test } from 'vitest';
import { loginGapMetric, stepMetrics } from '../../layers/rotation-core/src/metrics.ts';
import { type Resource, resourcesOf, template } from './template.ts';

const FUNCTIONS = [
  { id: 'PostgresSingleUser', name: 'postgres-single-user' },
  { id: 'PostgresAlternatingUsers', name: 'postgres-alternating-users' },
  { id: 'MySqlSingleUser', name: 'mysql-single-user' },
  { id: 'MySqlAlternatingUsers', name: 'mysql-alternating-users' },
] as const;

const ROTATED = [
  { engine: 'postgres', strategy: 'single-user' },
  { engine: 'postgres', strategy: 'alternating-users' },
  { engine: 'mysql', strategy: 'single-user' },
  { engine: 'mysql', strategy: 'alternating-users' },
] as const;
const ofRotations =
  (metric: string) =>
  ({ engine, strategy }: (typeof ROTATED)[number]) => [
    ...['SecretsRotation', metric],
    ...['engine', engine, 'strategy', strategy],
  ];

const TOPIC = { Ref: 'NotificationTopic' };

describe.each(FUNCTIONS)('the alarms of $id', ({ id, name }) => {
  const properties = (kind: string) => resource(`${id}${kind}Alarm`).Properties;
  const ofTheFunction = [{ Name: 'FunctionName', Value: { Ref: id } }];

  test.each(['Errors', 'Throttles'])('%s: one is enough', (metric) => {
    expect(properties(metric)).toMatchObject({
      AlarmName: { 'Fn::Sub': `\${AWS::StackName}-${name}-${metric.toLowerCase()}` },
      Namespace: 'AWS/Lambda',
      MetricName: metric,
      Dimensions: ofTheFunction,
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [TOPIC],
    });
  });

  test('Duration: the longest step comes near the timeout, whatever that is', () => {
    expect(properties('Duration')).toMatchObject({
      Metrics: [
        { Id: 'used', Expression: { 'Fn::Sub': `longest / (\${Timeout} * 1000) * 100` } },
        {
          Id: 'longest',
          MetricStat: {
            Metric: { Namespace: 'AWS/Lambda', MetricName: 'Duration', Dimensions: ofTheFunction },
            Stat: 'Maximum',
          },
          ReturnData: false,
        },
      ],
      Threshold: 80,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [TOPIC],
    });
  });
});

test.each([
  { id: 'PostgresLoginGapAlarm', engine: 'postgres' },
  { id: 'MySqlLoginGapAlarm', engine: 'mysql' },
])('$id: logins with AWSCURRENT were rejected for longer than they may be', ({ id, engine }) => {
  expect(resource(id).Properties).toMatchObject({
    AlarmName: { 'Fn::Sub': `\${AWS::StackName}-${engine}-login-gap` },
    Metrics: [
      { Id: 'gap', Expression: 'longest / 1000' },
      {
        Id: 'longest',
        MetricStat: {
          Metric: {
            Namespace: 'SecretsRotation',
            MetricName: 'LoginGap',
            Dimensions: [
              { Name: 'engine', Value: engine },
              { Name: 'strategy', Value: 'single-user' },
            ],
          },
          Stat: 'Maximum',
        },
        ReturnData: false,
      },
    ],
    Threshold: { Ref: 'LoginGapAlarmSeconds' },
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [TOPIC],
  });
});

test('there is no further alarm', () => {
  expect(resourcesOf('AWS::CloudWatch::Alarm')).toHaveLength(14);
});

describe('the rules', () => {
  test('tell of a rotation, or a trial of one, that failed or was abandoned', () => {
    const { EventPattern } = rule('RotationFailedRule');
    const ours = { wildcard: { Ref: 'SecretArnPattern' } };

    expect(EventPattern).toEqual({
      source: ['aws.secretsmanager'],
      'detail-type': ['AWS Service Event via CloudTrail'],
      detail: {
        eventName: ['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'],
        $or: [
          { additionalEventData: { SecretId: [ours, { 'anything-but': { prefix: 'arn:' } }] } },
          { additionalEventData: { arn: [ours] } },
          { additionalEventData: { aRN: [ours] } },
        ],
      },
    });
  });

  test('tell of a rotation that AWS Config finds overdue', () => {
    expect(rule('RotationOverdueRule').EventPattern).toEqual({
      source: ['aws.config'],
      'detail-type': ['Config Rules Compliance Change'],
      detail: {
        messageType: ['ComplianceChangeNotification'],
        configRuleName: [{ wildcard: '*secretsmanager-scheduled-rotation-success-check*' }],
        resourceType: ['AWS::SecretsManager::Secret'],
        resourceId: [{ wildcard: { Ref: 'SecretArnPattern' } }, { 'anything-but': { prefix: 'arn:' } }],
        newEvaluationResult: { complianceType: ['NON_COMPLIANT'] },
      },
    });
  });

  test.each(resourcesOf('AWS::Events::Rule'))(
    '%s says a sentence with what it takes from the event',
    (id) => {
      const [{ Arn, InputTransformer }, ...others] = rule(id).Targets;
      const { InputPathsMap, InputTemplate } = InputTransformer;
      const text = typeof InputTemplate === 'string' ? InputTemplate : InputTemplate['Fn::Sub'];

      expect(others).toEqual([]);
      expect(Arn).toEqual(TOPIC);
      // A target takes a text only as a JSON string, and quotes within it would end it.
      expect(typeof JSON.parse(text)).toBe('string');
      const used = [...text.matchAll(/<(\w+)>/g)].map(([, variable]) => variable);
      expect(new Set(used)).toEqual(new Set(Object.keys(InputPathsMap)));
      expect(InputPathsMap).toHaveProperty('secret');
    },
  );
});

test('the topic takes messages from these rules and alarms, and from nobody else', () => {
  const statement = (service: string, source: string) => ({
    Effect: 'Allow',
    Action: 'sns:Publish',
    Resource: TOPIC,
    Principal: { Service: `${service}.amazonaws.com` },
    Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::Sub': `arn:\${AWS::Partition}:${source}` } } },
  });

  expect(resource('NotificationTopicPolicy').Properties).toMatchObject({
    Topics: [TOPIC],
    PolicyDocument: {
      Statement: [
        statement('events', `events:\${AWS::Region}:\${AWS::AccountId}:rule/\${AWS::StackName}-*`),
        statement('cloudwatch', `cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:\${AWS::StackName}-*`),
      ],
    },
  });
});

test.each([
  { id: 'RotationFailedRule', when: 'HasRotationEvents' },
  { id: 'RotationOverdueRule', when: 'HasRotationEvents' },
  { id: 'NotificationTopic', when: 'Notifies' },
  { id: 'NotificationTopicPolicy', when: 'Notifies' },
  { id: 'NotificationSubscription', when: 'NotifiesByEmail' },
  { id: 'RotationDashboard', when: 'HasDashboard' },
  { id: 'PostgresLoginGapAlarm', when: 'PostgresLoginGapAlarmed' },
  { id: 'MySqlLoginGapAlarm', when: 'MySqlLoginGapAlarmed' },
])('$id can be left out', ({ id, when }) => {
  expect(resource(id).Condition).toBe(when);
});

test('the dashboard is JSON in which every function and its log can be found', () => {
  const { DashboardBody } = resource('RotationDashboard').Properties as {
    readonly DashboardBody: { readonly 'Fn::Sub': readonly [string, Readonly<Record<string, unknown>>] };
  };
  const [body, logs] = DashboardBody['Fn::Sub'];
  const filled = body.replaceAll(/\$\{(\w+)Logs\}/g, '<$1>').replaceAll(/\$\{AWS::(\w+)\}/g, 'its-$1');
  const { widgets } = JSON.parse(filled) as { readonly widgets: readonly Widget[] };
  const ofEachFunction = (metric: string) =>
    FUNCTIONS.map(({ name }) => ['AWS/Lambda', metric, 'FunctionName', `its-StackName-${name}`]);

  expect(widgets.map(({ properties: { title, metrics } }) => [title, metrics])).toEqual([
    ['Steps that failed', ofEachFunction('Errors')],
    ['Steps that were throttled', ofEachFunction('Throttles')],
    ['Steps', ofEachFunction('Invocations')],
    ['Longest step (ms)', ofEachFunction('Duration')],
    [
      'How long AWSCURRENT was rejected (ms, all stacks)',
      ROTATED.filter(({ strategy }) => strategy === 'single-user').map(ofRotations('LoginGap')),
    ],
    ['Longest step by what it rotates (ms, all stacks)', ROTATED.map(ofRotations('StepDuration'))],
    ['Steps that failed, by what they rotate (all stacks)', ROTATED.map(ofRotations('StepFailed'))],
    ['Whom steps waited for (ms, on average)', undefined],
    ['What went wrong', undefined],
  ]);
  const queries = widgets.flatMap(({ properties: { query = [] } }) => query);
  const everyLog = '<PostgresSingleUser><PostgresAlternatingUsers><MySqlSingleUser><MySqlAlternatingUsers>';
  expect(queries.map((query) => query.startsWith(everyLog))).toEqual([true, true]);
  expect(queries.at(-1)).toContain(
    "filter level = 'ERROR' or record.status in ['timeout', 'error', 'failure'] | sort",
  );
  expect(logs).toEqual(
    Object.fromEntries(
      FUNCTIONS.map(({ id }) => [
        `${id}Logs`,
        { 'Fn::If': [`${id}Deployed`, { 'Fn::Sub': `SOURCE '\${${id}LogGroup}' | ` }, ''] },
      ]),
    ),
  );
});

test.each([stepMetrics('StepFailed', 1, 1), stepMetrics('StepSucceeded', 1), loginGapMetric(1)])(
  'the dashboard shows metrics by dimensions that a step gives them',
  (fields) => {
    const { _aws } = JSON.parse(JSON.stringify(fields)) as Embedded;
    expect(_aws.CloudWatchMetrics).not.toEqual([]);
    for (const group of _aws.CloudWatchMetrics) {
      expect(group).toMatchObject({
        Namespace: 'SecretsRotation',
        Dimensions: expect.arrayContaining([['engine', 'strategy']]),
      });
    }
  },
);

interface Embedded {
  readonly _aws: { readonly CloudWatchMetrics: readonly unknown[] };
}

interface Rule {
  readonly EventPattern: unknown;
  readonly Targets: readonly [Target, ...Target[]];
}

interface Target {
  readonly Arn: unknown;
  readonly InputTransformer: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string | { readonly 'Fn::Sub': string };
  };
}

interface Widget {
  readonly properties: {
    readonly title: string;
    readonly metrics?: readonly (readonly string[])[];
    readonly query?: string;
  };
}

function rule(id: string): Rule {
  return resource(id).Properties as unknown as Rule;
}

function resource(id: string): Resource {
  const found = template.Resources[id];
  if (found === undefined) throw new Error(`The template has no ${id}.`);
  return found;
}
