import { describe, expect, test } from 'vitest';
import { passwordSettings } from '../../layers/rotation-core/src/password-settings.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { functionProperties, resourcesOf, statementsOf, template } from './template.ts';

const FUNCTIONS = [
  { id: 'PostgresSingleUser', name: 'postgres-single-user', superuser: false },
  { id: 'PostgresAlternatingUsers', name: 'postgres-alternating-users', superuser: true },
  { id: 'MySqlSingleUser', name: 'mysql-single-user', superuser: false },
  { id: 'MySqlAlternatingUsers', name: 'mysql-alternating-users', superuser: true },
] as const;

test('the template has these functions and no other', () => {
  expect(resourcesOf('AWS::Serverless::Function').map(([id]) => id)).toEqual([
    'PostgresSingleUser',
    'PostgresAlternatingUsers',
    'MySqlSingleUser',
    'MySqlAlternatingUsers',
  ]);
});

describe.each(FUNCTIONS)('$id', ({ id, name, superuser }) => {
  test('runs on nodejs24.x and arm64, with the layer, in a role of its own', () => {
    expect(functionProperties(id)).toMatchObject({
      FunctionName: { 'Fn::Sub': `\${AWS::StackName}-${name}` },
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: { Ref: 'Timeout' },
      Layers: [{ Ref: 'RotationCore' }],
      Role: { 'Fn::GetAtt': `${id}Role.Arn` },
      LoggingConfig: { LogGroup: { Ref: `${id}LogGroup` } },
    });
  });

  test('is there only if its parameter says so, with all that belongs to it', () => {
    expect(template.Parameters[`Deploy${id}`]).toMatchObject({
      Default: 'true',
      AllowedValues: ['true', 'false'],
    });
    expect(template.Conditions[`${id}Deployed`]).toEqual({ 'Fn::Equals': [{ Ref: `Deploy${id}` }, 'true'] });
    for (const part of ['', 'Permission', 'LogGroup', 'Role']) {
      expect(template.Resources[id + part]?.Condition).toBe(`${id}Deployed`);
    }
    for (const part of ['Errors', 'Throttles', 'Duration']) {
      expect(template.Resources[`${id}${part}Alarm`]?.Condition).toBe(`${id}Alarmed`);
    }
    expect(template.Conditions[`${id}Alarmed`]).toEqual({
      'Fn::And': [{ Condition: 'HasAlarms' }, { Condition: `${id}Deployed` }],
    });
  });

  test('exports its ARN and that of its role by names that stay', () => {
    const output = (name: string, resource: string) => ({
      [name]: {
        Condition: `${id}Deployed`,
        Description: expect.any(String) as string,
        Value: { 'Fn::GetAtt': `${resource}.Arn` },
        Export: { Name: { 'Fn::Sub': `\${AWS::StackName}-${name}` } },
      },
    });

    expect(template.Outputs).toMatchObject({
      ...output(`${id}Arn`, id),
      ...output(`${id}RoleArn`, `${id}Role`),
    });
  });

  test('runs with the endpoints, concurrency, network and key that parameters give, or else without', () => {
    expect(functionProperties(id)).toMatchObject({
      ReservedConcurrentExecutions: optional('HasReservedConcurrency', { Ref: 'ReservedConcurrency' }),
      KmsKeyArn: optional('HasOperationsKmsKey', { Ref: 'OperationsKmsKeyArn' }),
      VpcConfig: optional('InVpc', {
        SubnetIds: { Ref: 'SubnetIds' },
        SecurityGroupIds: optional('HasSecurityGroups', { Ref: 'SecurityGroupIds' }),
        Ipv6AllowedForDualStack: optional('UsesDualstackEndpoint', true),
      }),
    });
  });

  test('has a role with the path and the boundary that parameters give', () => {
    expect(template.Resources[`${id}Role`]?.Properties).toMatchObject({
      Path: { Ref: 'RolePath' },
      PermissionsBoundary: optional('HasPermissionsBoundary', { Ref: 'PermissionsBoundaryArn' }),
    });
  });

  test('is told what it has parameters for, and of superuser secrets and clones only where it has to do with them', () => {
    const { Variables } = functionProperties(id)['Environment'] as { readonly Variables: object };

    expect(Variables).toEqual({
      EXCLUDE_CHARACTERS: { Ref: 'ExcludeCharacters' },
      PASSWORD_LENGTH: { Ref: 'PasswordLength' },
      DATABASE_CA: { Ref: 'DatabaseCa' },
      AWS_ENDPOINT_URL_SECRETS_MANAGER: { Ref: 'SecretsManagerEndpoint' },
      AWS_USE_FIPS_ENDPOINT: { Ref: 'UseFipsEndpoint' },
      AWS_USE_DUALSTACK_ENDPOINT: { Ref: 'UseDualstackEndpoint' },
      ...(superuser
        ? {
            SUPERUSER_SECRET_ARN: SUPERUSER_SECRETS,
            CLONE_SUFFIX: { Ref: 'CloneSuffix' },
            MANAGE_CLONES: { Ref: 'ManageClones' },
          }
        : {
            SUPERUSER_SECRET_ARN: { 'Fn::If': ['SingleUserHasSuperuser', SUPERUSER_SECRETS, ''] },
            REPAIR_AWSCURRENT: { Ref: 'RepairAwscurrent' },
          }),
      ...(id === 'MySqlSingleUser' && {
        DUAL_PASSWORDS: { Ref: 'DualPasswords' },
        DISCARD_OLD_PASSWORD: { Ref: 'DiscardOldPassword' },
      }),
      ...(id === 'PostgresAlternatingUsers' && { REASSIGN_OWNED: { Ref: 'ReassignOwned' } }),
    });
  });

  test('may be invoked by Secrets Manager for this account', () => {
    expect(template.Resources[`${id}Permission`]).toEqual({
      Type: 'AWS::Lambda::Permission',
      Condition: `${id}Deployed`,
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: id },
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
      },
    });
  });

  test('logs into a group of its own, which forgets', () => {
    expect(template.Resources[`${id}LogGroup`]?.Properties).toEqual({
      LogGroupName: { 'Fn::Sub': `/aws/lambda/\${AWS::StackName}-${name}` },
      RetentionInDays: { Ref: 'LogRetentionDays' },
      KmsKeyId: optional('HasOperationsKmsKey', { Ref: 'OperationsKmsKeyArn' }),
    });
  });

  test('is allowed this and no more', () => {
    expect(statementsOf(`${id}Role`)).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:ListSecretVersionIds',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        Resource: { Ref: 'SecretArnPattern' },
        Condition: {
          StringEquals: {
            'secretsmanager:resource/AllowRotationLambdaArn': {
              'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:\${AWS::StackName}-${name}`,
            },
            'aws:ResourceTag/secrets-rotation': optional('HasSecretTag', { Ref: 'SecretTag' }),
          },
        },
      },
      { ...READ_SUPERUSER_SECRETS, when: superuser ? 'HasSuperuserSecret' : 'SingleUserHasSuperuser' },
      { ...ASK_RDS, when: superuser ? 'AlternatingUsersUseRdsApi' : 'SingleUserUsesRdsApi' },
      { Effect: 'Allow', Action: 'secretsmanager:GetRandomPassword', Resource: '*' },
      USE_KEY,
      {
        ...READ_BY_KEY,
        when: superuser ? 'SuperuserOfAlternatingUsersHasKmsKey' : 'SuperuserOfSingleUserHasKmsKey',
      },
      ...HANDLE_NETWORK_INTERFACES,
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': `${id}LogGroup.Arn` },
      },
    ]);
  });
});

/** A property that is there under a condition only. */
function optional(condition: string, value: unknown): object {
  return { 'Fn::If': [condition, value, { Ref: 'AWS::NoValue' }] };
}

const SUPERUSER_SECRETS = { 'Fn::Join': [',', { Ref: 'SuperuserSecretArns' }] };

const READ_SUPERUSER_SECRETS = {
  Effect: 'Allow',
  Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  Resource: { Ref: 'SuperuserSecretArns' },
};

const ASK_RDS = {
  Effect: 'Allow',
  Action: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
  Resource: [
    { 'Fn::Sub': `arn:\${AWS::Partition}:rds:\${AWS::Region}:\${AWS::AccountId}:db:*` },
    { 'Fn::Sub': `arn:\${AWS::Partition}:rds:\${AWS::Region}:\${AWS::AccountId}:cluster:*` },
  ],
};

const THROUGH_SECRETS_MANAGER = {
  'kms:ViaService': { 'Fn::Sub': `secretsmanager.\${AWS::Region}.\${AWS::URLSuffix}` },
};

const USE_KEY = {
  when: 'HasKmsKey',
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: { Ref: 'KmsKeyArn' },
  Condition: {
    StringEquals: THROUGH_SECRETS_MANAGER,
    StringLike: { 'kms:EncryptionContext:SecretARN': { Ref: 'SecretArnPattern' } },
  },
};

const READ_BY_KEY = {
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: { Ref: 'KmsKeyArn' },
  Condition: {
    StringEquals: {
      ...THROUGH_SECRETS_MANAGER,
      'kms:EncryptionContext:SecretARN': { Ref: 'SuperuserSecretArns' },
    },
  },
};

/** Allowed to Lambda, which acts in the role's name, and denied to the function's code. */
const HANDLE_NETWORK_INTERFACES = [
  {
    when: 'InVpc',
    Effect: 'Allow',
    Action: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
    Resource: '*',
  },
  {
    when: 'InVpc',
    Effect: 'Deny',
    Action: 'ec2:*',
    Resource: '*',
    Condition: {
      ArnLike: {
        'lambda:SourceFunctionArn': {
          'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:*`,
        },
      },
    },
  },
];

test('no role has a managed policy, whose content others decide, or one that stands elsewhere', () => {
  const roles = resourcesOf('AWS::IAM::Role');
  expect(roles).toHaveLength(4);
  for (const [, { Properties }] of roles) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy'])
    expect(resourcesOf(type)).toEqual([]);
});

test('a layer version outlives its replacement', () => {
  expect(template.Resources['RotationCore']?.Properties).toMatchObject({
    CompatibleRuntimes: ['nodejs24.x'],
    CompatibleArchitectures: ['arm64'],
    RetentionPolicy: 'Retain',
  });
});

test('the parameters have the defaults of the code', () => {
  expect(template.Parameters['ExcludeCharacters']?.Default).toBe(`:/@"'\\\``);
  expect(template.Parameters['PasswordLength']?.Default).toBe(32);
  expect(template.Parameters['Timeout']?.Default).toBe(30);
  expect(passwordSettings({})).toMatchObject({ ExcludeCharacters: `:/@"'\\\``, PasswordLength: 32 });
});

test('the version that is published is that of package.json', () => {
  const published = template.Metadata['AWS::ServerlessRepo::Application'];
  expect(published).toMatchObject({ Name: packageJson.name, SemanticVersion: packageJson.version });
});

test.each([
  {
    parameter: 'SecretArnPattern',
    accepted: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:databases/*',
  },
  { parameter: 'SecretArnPattern', accepted: 'arn:aws-cn:secretsmanager:*:*:secret:*' },
  {
    parameter: 'SecretArnPattern',
    accepted: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:*/database-*',
  },
  {
    parameter: 'SuperuserSecretArns',
    accepted: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1-AbCdEf',
  },
  { parameter: 'KmsKeyArn', accepted: 'arn:aws:kms:us-east-1:123456789012:key/mrk-0123abcd' },
  { parameter: 'OperationsKmsKeyArn', accepted: '' },
  { parameter: 'PermissionsBoundaryArn', accepted: 'arn:aws:iam::123456789012:policy/teams/boundary' },
  { parameter: 'RolePath', accepted: '/service-roles/' },
  { parameter: 'ReservedConcurrency', accepted: '10' },
  { parameter: 'NotificationEmail', accepted: 'oncall@example.com' },
  {
    parameter: 'SecretsManagerEndpoint',
    accepted: 'https://vpce-1.secretsmanager.us-east-1.vpce.amazonaws.com',
  },
])('$parameter may be "$accepted"', ({ parameter, accepted }) => {
  expect(accepted).toMatch(patternOf(parameter));
});

test.each([
  { parameter: 'SecretArnPattern', refused: '*' },
  { parameter: 'SecretArnPattern', refused: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a**' },
  { parameter: 'SecretArnPattern', refused: 'arn:aws:secretsmanager:**:123456789012:secret:a' },
  { parameter: 'SecretArnPattern', refused: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a,b' },
  { parameter: 'SecretArnPattern', refused: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a?' },
  { parameter: 'SuperuserSecretArns', refused: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:*' },
  { parameter: 'SuperuserSecretArns', refused: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:admin' },
  { parameter: 'KmsKeyArn', refused: 'arn:aws:kms:us-east-1:123456789012:key/*' },
  { parameter: 'KmsKeyArn', refused: 'arn:aws:kms:us-east-1:123456789012:alias/secrets' },
  { parameter: 'OperationsKmsKeyArn', refused: 'arn:aws:kms:us-east-1:123456789012:key/*' },
  { parameter: 'PermissionsBoundaryArn', refused: 'arn:aws:iam::123456789012:policy/*' },
  { parameter: 'RolePath', refused: 'service-roles' },
  { parameter: 'ReservedConcurrency', refused: '-1' },
  { parameter: 'NotificationEmail', refused: 'nobody' },
  { parameter: 'SecretsManagerEndpoint', refused: 'http://localhost' },
])('$parameter may not be "$refused"', ({ parameter, refused }) => {
  expect(refused).not.toMatch(patternOf(parameter));
});

/** CloudFormation wants the whole value to match. */
function patternOf(parameter: string): RegExp {
  const pattern = template.Parameters[parameter]?.AllowedPattern;
  expect(pattern).toMatch(/^\^.*\$$/);
  return new RegExp(pattern ?? '');
}

test('parameters that contradict each other are refused before anything is made', () => {
  const equals = (parameter: string, value: string) => ({ 'Fn::Equals': [{ Ref: parameter }, value] });
  const asserted = Object.entries(template.Rules).map(([rule, { Assertions }]) => [
    rule,
    Assertions[0]?.Assert,
  ]);

  expect(Object.fromEntries(asserted)).toEqual({
    SomeFunction: { 'Fn::Or': FUNCTIONS.map(({ id }) => equals(`Deploy${id}`, 'true')) },
    EndpointOfOneKind: {
      'Fn::Or': [
        equals('SecretsManagerEndpoint', ''),
        { 'Fn::And': [equals('UseFipsEndpoint', 'false'), equals('UseDualstackEndpoint', 'false')] },
      ],
    },
    SuperuserForRepair: {
      'Fn::Or': [equals('RepairAwscurrent', 'false'), equals('SuperuserForSingleUser', 'true')],
    },
  });
});
