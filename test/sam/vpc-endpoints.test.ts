import { expect, test } from 'vitest';
import { type Resource, readTemplate, type Statement, statementsOf } from './template.ts';

const { Resources } = readTemplate('templates/vpc-endpoints.yaml');

const ENDPOINTS = [
  { id: 'SecretsManagerEndpoint', service: 'secretsmanager', condition: undefined },
  { id: 'KeyManagementEndpoint', service: 'kms', condition: 'HasKmsEndpoint' },
  { id: 'DatabaseServiceEndpoint', service: 'rds', condition: 'HasRdsEndpoint' },
];

test.each(ENDPOINTS)(
  '$service is reached by its usual name, from each subnet',
  ({ id, service, condition }) => {
    expect(Resources[id]?.Condition).toBe(condition);
    expect(Resources[id]?.Properties).toMatchObject({
      VpcEndpointType: 'Interface',
      ServiceName: { 'Fn::Sub': `com.amazonaws.\${AWS::Region}.${service}` },
      VpcId: { Ref: 'VpcId' },
      SubnetIds: { Ref: 'SubnetIds' },
      SecurityGroupIds: [{ Ref: 'EndpointsSecurityGroup' }],
      PrivateDnsEnabled: true,
    });
  },
);

test('endpoints admit this account only', () => {
  const statements = ENDPOINTS.flatMap(({ id }) => policyOf(id));

  expect(statements).toHaveLength(4);
  for (const { Condition } of statements) {
    expect(Condition).toMatchObject({ StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } });
  }
});

test('secrets and keys of other accounts are out of reach', () => {
  const onResources = ENDPOINTS.flatMap(({ id }) => policyOf(id)).filter(({ Resource }) => Resource !== '*');
  const account = /^arn:\$\{AWS::Partition\}:\w+:\$\{AWS::Region\}:\$\{AWS::AccountId\}:/;

  expect(onResources).toHaveLength(3);
  for (const { Resource } of onResources) {
    for (const { 'Fn::Sub': arn } of [Resource].flat() as { 'Fn::Sub': string }[]) {
      expect(arn).toMatch(account);
    }
  }
});

test.each(['secretsmanager', 'rds'])(
  'the endpoint of %s admits the very calls of the functions',
  (service) => {
    const { id = '' } = ENDPOINTS.find((endpoint) => endpoint.service === service) ?? {};
    const functions = statementsOf('PostgresAlternatingUsersRole').flatMap(({ Action }) => Action);
    const admitted = policyOf(id).flatMap(({ Action }) => Action);

    expect(new Set(admitted)).toEqual(
      new Set(functions.filter((action) => action.startsWith(`${service}:`))),
    );
  },
);

test('the endpoint of KMS admits the use of keys, and none of their administration', () => {
  expect(policyOf('KeyManagementEndpoint').map(({ Action }) => Action)).toEqual([
    ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  ]);
});

test('endpoints answer to the functions and to applications, and call nobody', () => {
  const rules = of('AWS::EC2::SecurityGroupIngress');

  expect(rules.map(([id, { Condition }]) => [id, Condition])).toEqual([
    ['CallsOfFunctions', undefined],
    ['CallsOfApplications', 'HasApplications'],
  ]);
  expect(rules.map(([, { Properties }]) => Properties)).toMatchObject([
    { ...HTTPS, SourceSecurityGroupId: { Ref: 'FunctionsSecurityGroup' } },
    { ...HTTPS, SourceSecurityGroupId: { Ref: 'ApplicationSecurityGroupId' } },
  ]);
  expect(Resources['EndpointsSecurityGroup']?.Properties).not.toHaveProperty('SecurityGroupIngress');
  expect(Resources['EndpointsSecurityGroup']?.Properties['SecurityGroupEgress']).toMatchObject([
    { IpProtocol: '-1', CidrIp: '127.0.0.1/32' },
  ]);
});

const HTTPS = { GroupId: { Ref: 'EndpointsSecurityGroup' }, IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };

test('functions call endpoints, and nobody calls functions', () => {
  expect(Resources['FunctionsSecurityGroup']?.Properties).not.toHaveProperty('SecurityGroupIngress');
  expect(Resources['FunctionsSecurityGroup']?.Properties['SecurityGroupEgress']).toMatchObject([
    { FromPort: 443, ToPort: 443, DestinationSecurityGroupId: { Ref: 'EndpointsSecurityGroup' } },
  ]);
});

function policyOf(id: string): readonly Statement[] {
  const document = Resources[id]?.Properties['PolicyDocument'] as { Statement: readonly Statement[] };
  return document.Statement;
}

function of(type: string): [string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}
