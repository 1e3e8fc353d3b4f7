import { describe, expect, test } from 'vitest';
import { mysql } from '../../functions/engines/mysql/index.ts';
import { postgres } from '../../functions/engines/postgres/index.ts';
import { parseSecretValue } from '../../layers/rotation-core/src/secret-value.ts';
import { readTemplate, template } from './template.ts';

const { Outputs, Parameters, Resources } = readTemplate('templates/example-database.yaml');

const DATABASES = [
  {
    id: 'Postgres',
    name: 'postgres',
    port: 5432,
    family: postgres,
    version: { Engine: 'postgres', EngineVersion: '18' },
    parameters: {
      Family: 'postgres18',
      Parameters: { 'rds.force_ssl': '1', 'rds.accepted_password_auth_method': 'scram' },
    },
  },
  {
    id: 'MySql',
    name: 'mysql',
    port: 3306,
    family: mysql,
    version: { Engine: 'mysql', EngineVersion: '8.4' },
    parameters: { Family: 'mysql8.4', Parameters: { require_secure_transport: '1' } },
  },
];

describe.each(DATABASES)('$id', ({ id, name, port, family, version, parameters }) => {
  const propertiesOf = (suffix: string) => Resources[`${id}${suffix}`]?.Properties;

  test('is encrypted, out of the public, backed up, and hard to delete', () => {
    expect(propertiesOf('')).toMatchObject({
      ...version,
      StorageEncrypted: true,
      KmsKeyId: KEY,
      PubliclyAccessible: false,
      MultiAZ: true,
      BackupRetentionPeriod: 14,
      DeletionProtection: true,
      VPCSecurityGroups: [{ Ref: `${id}SecurityGroup` }],
    });
    expect(Resources[id]).toMatchObject({ DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
  });

  test('has a superuser whose secret RDS manages', () => {
    expect(propertiesOf('')).toMatchObject({
      ManageMasterUserPassword: true,
      MasterUserSecret: { KmsKeyId: KEY },
    });
    expect(propertiesOf('')).not.toHaveProperty('MasterUserPassword');
    expect(Outputs[`${id}SuperuserSecretArn`]?.Value).toEqual({
      'Fn::GetAtt': `${id}.MasterUserSecret.SecretArn`,
    });
  });

  test('takes no connection without TLS', () => {
    expect(propertiesOf('')).toMatchObject({ DBParameterGroupName: { Ref: `${id}Parameters` } });
    expect(propertiesOf('Parameters')).toMatchObject(parameters);
  });

  test('admits the functions, and connects to nobody', () => {
    expect(propertiesOf('SecurityGroup')).toMatchObject({
      SecurityGroupIngress: [
        {
          IpProtocol: 'tcp',
          FromPort: port,
          ToPort: port,
          SourceSecurityGroupId: { Ref: 'FunctionsSecurityGroupId' },
        },
      ],
      SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '127.0.0.1/32' }],
    });
    expect(Resources[`FunctionsTo${id}`]?.Properties).toMatchObject({
      GroupId: { Ref: 'FunctionsSecurityGroupId' },
      FromPort: port,
      ToPort: port,
      DestinationSecurityGroupId: { Ref: `${id}SecurityGroup` },
    });
  });

  test('has a secret that the functions can read', () => {
    const generated = propertiesOf('Secret')?.['GenerateSecretString'] as {
      readonly SecretStringTemplate: { readonly 'Fn::Sub': string };
      readonly GenerateStringKey: string;
    };
    const json = generated.SecretStringTemplate['Fn::Sub']
      .replace(`\${${id}.Endpoint.Address}`, 'db.example')
      .replace(`\${${id}.Endpoint.Port}`, '4711')
      .replace(`\${${id}.MasterUserSecret.SecretArn}`, SUPERUSER_SECRET);
    const text = JSON.stringify({ ...JSON.parse(json), [generated.GenerateStringKey]: 'generated' });

    expect(parseSecretValue({ kind: 'text', text }, 'AWSCURRENT', family)).toMatchObject({
      engine: name,
      host: 'db.example',
      port: 4711,
      dbname: 'app',
      username: 'app',
      ssl: true,
      masterarn: SUPERUSER_SECRET,
    });
  });

  test("has passwords as the functions' own", () => {
    expect(propertiesOf('Secret')?.['GenerateSecretString']).toMatchObject({
      ExcludeCharacters: template.Parameters['ExcludeCharacters']?.Default,
      PasswordLength: template.Parameters['PasswordLength']?.Default,
    });
  });

  test('has a secret that outlives the stack, with a replica', () => {
    expect(Resources[`${id}Secret`]).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    expect(propertiesOf('Secret')).toMatchObject({
      Name: { 'Fn::Sub': `\${AWS::StackName}/${name}` },
      KmsKeyId: KEY,
      ReplicaRegions: [{ Region: { Ref: 'ReplicaRegion' }, KmsKeyId: { Ref: 'ReplicaKmsKeyArn' } }],
    });
  });

  test('has a secret that nobody reads from elsewhere, and that anybody who may can open again', () => {
    expect(propertiesOf('SecretPolicy')).toEqual({
      SecretId: { Ref: `${id}Secret` },
      BlockPublicPolicy: true,
      ResourcePolicy: { Version: '2012-10-17', Statement: [NO_OTHER_ACCOUNT, NO_OTHER_VPC] },
    });
  });

  test('is rotated for alternating users in a window, and not before the user is there', () => {
    expect(propertiesOf('Rotation')).toEqual({
      SecretId: { Ref: `${id}Secret` },
      RotationLambdaARN: {
        'Fn::ImportValue': { 'Fn::Sub': `\${FunctionsStackName}-${id}AlternatingUsersArn` },
      },
      RotateImmediatelyOnUpdate: false,
      RotationRules: {
        ScheduleExpression: { Ref: 'RotationSchedule' },
        Duration: { Ref: 'RotationWindow' },
      },
    });
    expect(template.Outputs[`${id}AlternatingUsersArn`]?.Export?.Name).toEqual({
      'Fn::Sub': `\${AWS::StackName}-${id}AlternatingUsersArn`,
    });
  });
});

const SUPERUSER_SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-1';
const KEY = { 'Fn::GetAtt': 'Key.Arn' };

const NO_OTHER_ACCOUNT = {
  Sid: 'NoOtherAccount',
  Effect: 'Deny',
  Principal: '*',
  Action: 'secretsmanager:*',
  Resource: '*',
  Condition: {
    StringNotEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } },
    BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
  },
};

const NO_OTHER_VPC = {
  Sid: 'NoOtherVpc',
  Effect: 'Deny',
  Principal: '*',
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  Condition: {
    StringNotEquals: {
      'aws:SourceVpc': [
        { Ref: 'VpcId' },
        { 'Fn::If': ['HasReplicaVpc', { Ref: 'ReplicaVpcId' }, { Ref: 'AWS::NoValue' }] },
      ],
    },
    BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
  },
};

test('the key is rotated and outlives the stack', () => {
  expect(Resources['Key']).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { EnableKeyRotation: true },
  });
});

test('the window closes before maintenance begins, and before midnight', () => {
  const [, opens = ''] = /^cron\(0 (\d+) /.exec(String(Parameters['RotationSchedule']?.Default)) ?? [];
  const [, lasts = ''] = /^(\d+)h$/.exec(String(Parameters['RotationWindow']?.Default)) ?? [];
  const windows = DATABASES.map(({ id }) => Resources[id]?.Properties['PreferredMaintenanceWindow']);

  expect(Number(opens) + Number(lasts)).toBe(4);
  expect(windows).toEqual(['sun:05:00-sun:06:00', 'sun:05:00-sun:06:00']);
});

test('each default imports from the stack that `sam deploy` makes', () => {
  expect(Parameters['FunctionsStackName']?.Default).toBe('secrets-rotation');
});
