/** What the intrinsic functions of a template refer to. */
export interface Scope {
  /** Also the pseudo parameters, such as AWS::Region. A list where the parameter is one. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  /** Not resolved yet. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** Logical ids. A resource that only a stack would have is stood in for by its id, its attribute by `id.attribute`. */
  readonly resources: readonly string[];
}

/**
 * A part of a template, with its functions in their long form, as CloudFormation would resolve it. AWS::NoValue, which is
 * `undefined` here, is left out of lists and objects.
 * @throws Error on a function that is not known here
 */
export function resolve(part: unknown, scope: Scope): unknown {
  if (Array.isArray(part)) return part.map((item) => resolve(item, scope)).filter(isValue);
  if (typeof part !== 'object' || part === null) return part;
  const call = callIn(part);
  if (call !== undefined) return call.run(call.argument, scope);
  const entries = Object.entries(part).map(([key, value]) => [key, resolve(value, scope)] as const);
  return Object.fromEntries(entries.filter(([, value]) => isValue(value)));
}

/** Whether a condition of the template holds; one that is not named always does. */
export function holds(condition: string | undefined, scope: Scope): boolean {
  return condition === undefined || resolve({ Condition: condition }, scope) === true;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => referenced(name as string, scope),
  Condition: (name, scope) => {
    const condition = scope.conditions[name as string];
    if (condition === undefined) throw new Error(`no condition ${name}`);
    return resolve(condition, scope);
  },
  'Fn::GetAtt': (attribute) => attribute,
  'Fn::Sub': (argument, scope) => substituted(argument, scope),
  'Fn::If': (argument, scope) => {
    const [condition, then, otherwise] = argument as [string, unknown, unknown];
    return resolve(holds(condition, scope) ? then : otherwise, scope);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, texts] = resolve(argument, scope) as [string, string[]];
    return texts.join(separator);
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = resolve(argument, scope) as [string, string];
    return text.split(separator);
  },
  'Fn::Equals': (argument, scope) => {
    const [one, other] = resolve(argument, scope) as [string, string];
    return one === other;
  },
  'Fn::Not': (argument, scope) => (resolve(argument, scope) as [boolean])[0] === false,
  'Fn::And': (argument, scope) => (resolve(argument, scope) as boolean[]).every(Boolean),
  'Fn::Or': (argument, scope) => (resolve(argument, scope) as boolean[]).some(Boolean),
};

function callIn(part: object): { readonly run: Intrinsic; readonly argument: unknown } | undefined {
  const [[name, argument] = ['', undefined], another] = Object.entries(part) as [string, unknown][];
  if (another !== undefined) return undefined;
  // An object may have a key of that name, too.
  if (name === 'Condition' && typeof argument !== 'string') return undefined;
  const run = INTRINSICS[name];
  if (run === undefined && name.startsWith('Fn::')) throw new Error(`${name} is not known here`);
  return run && { run, argument };
}

function referenced(name: string, { parameters, resources }: Scope): unknown {
  if (name === 'AWS::NoValue') return undefined;
  const value = parameters[name];
  if (value !== undefined) return value;
  if (resources.includes(name)) return name;
  throw new Error(`${name} is neither a parameter with a value nor a resource`);
}

function substituted(argument: unknown, scope: Scope): string {
  const [text, variables] = (typeof argument === 'string' ? [argument, {}] : argument) as [string, object];
  const values = resolve(variables, scope) as Record<string, string>;
  return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in values) return String(values[name]);
    return name.includes('.') ? name : String(referenced(name, scope));
  });
}

const isValue = (value: unknown) => value !== undefined;
