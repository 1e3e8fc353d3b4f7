import { type AccessRequest, applies, isAllowed, type Statement, textsOf } from './iam-policy.ts';

/** Those that Lambda itself uses, in the role's name: no call of the function's code shows them. */
const USED_BY_LAMBDA = ['logs', 'ec2'];

/** How a role differs from what its function asked for, each as `action on resource`, in alphabetical order. */
export interface Comparison {
  readonly missing: string[];
  /** Allowed by a statement, and never asked for. */
  readonly tooMuch: string[];
}

export function compareRole(
  statements: readonly Statement[],
  requests: readonly AccessRequest[],
): Comparison {
  const refused = requests.filter((request) => !isAllowed(statements, request));
  return {
    missing: distinct(refused.map(({ action, resource }) => `${action} on ${resource}`)),
    tooMuch: distinct(
      statements
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap((statement) => unused(statement, requests)),
    ),
  };
}

/**
 * Actions that nobody asked for, resources that nobody asked about, and values of a condition that nobody came with. One with a
 * wildcard allows more than was asked for.
 */
function unused(statement: Statement, requests: readonly AccessRequest[]): string[] {
  const resources = textsOf(statement.Resource);
  const actions = textsOf(statement.Action).filter((action) => !isUsedByLambda(action));
  const used = requests.filter((request) => applies(statement, request));
  const unusedActions = actions
    .filter((action) => !used.some((request) => request.action === action))
    .map((action) => `${action} on ${resources.join(', ')}`);
  if (used.length === 0) return unusedActions;
  const unusedResources = resources
    .filter((Resource) => !used.some((request) => applies({ ...statement, Resource }, request)))
    .map((resource) => `${actions.join(', ')} on ${resource}`);
  const unusedValues = eachValue(statement)
    .filter(({ narrowed }) => !used.some((request) => applies(narrowed, request)))
    .map(({ key, value }) => `${actions.join(', ')} where ${key} is ${value}`);
  return [...unusedActions, ...unusedResources, ...unusedValues];
}

/** A statement with but one of the values that a key of its conditions may have, for each of those values. */
function eachValue(statement: Statement) {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, wanted]) =>
    Object.entries(wanted).flatMap(([key, values]) =>
      textsOf(values).map((value) => ({
        key,
        value,
        narrowed: {
          ...statement,
          Condition: { ...statement.Condition, [operator]: { ...wanted, [key]: value } },
        },
      })),
    ),
  );
}

function isUsedByLambda(action: string): boolean {
  return USED_BY_LAMBDA.some((service) => action.startsWith(`${service}:`));
}

const distinct = (texts: string[]) => [...new Set(texts)].sort();
