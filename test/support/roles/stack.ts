import { functionProperties, template } from '../../sam/template.ts';
import type { Statement } from './iam-policy.ts';
import { resolve, type Scope } from './template-values.ts';

/** Where the stack is, in the local Secrets Manager's account. */
export const LOCATION = 'us-east-1:123456789012';

const PSEUDO_PARAMETERS = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackName': 'rotation',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** What template.yaml makes of its parameters. Functions go by their logical ids. */
export interface Stack {
  functionArn(id: string): string;
  environment(id: string): Record<string, string>;
  /** What the function's role may do. */
  permissions(id: string): Statement[];
}

/** @param given as one passes them to CloudFormation: a list is separated by commas. The others have their defaults. */
export function stackWith(given: Readonly<Record<string, string>>): Stack {
  const scope: Scope = {
    parameters: { ...PSEUDO_PARAMETERS, ...parameterValues(given) },
    conditions: template.Conditions,
    resources: Object.keys(template.Resources),
  };
  const resolved = <T>(part: unknown) => resolve(part, scope) as T;

  return {
    functionArn: (id) =>
      `arn:aws:lambda:${LOCATION}:function:${resolved(functionProperties(id)['FunctionName'])}`,

    environment(id) {
      const { Variables } = resolved<{ Variables: object }>(functionProperties(id)['Environment']);
      return Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, String(value)]));
    },

    permissions(id) {
      const role = resolved<string>(functionProperties(id)['Role']).replace(/\.Arn$/, '');
      const { Policies } = resolved<{ Policies: Policy[] }>(template.Resources[role]?.Properties);
      return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    },
  };
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

function parameterValues(given: Readonly<Record<string, string>>): Scope['parameters'] {
  const declared = Object.entries(template.Parameters);
  const unknown = Object.keys(given).find((name) => template.Parameters[name] === undefined);
  if (unknown !== undefined) throw new Error(`template.yaml has no parameter ${unknown}`);
  return Object.fromEntries(
    declared.flatMap(([name, { Type, Default }]) => {
      const value = given[name] ?? Default;
      if (value === undefined) return [];
      return [[name, Type === 'CommaDelimitedList' ? String(value).split(',') : String(value)]];
    }),
  );
}
