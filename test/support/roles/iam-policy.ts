/** A statement of a policy with nothing left in it to be resolved. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: Texts;
  readonly Resource: Texts;
  /** By operator, then by the key of the request's context. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

/** What IAM is asked when a call comes in. */
export interface AccessRequest {
  readonly action: string;
  /** An ARN, or `*` where the action knows no resources. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

type Texts = string | readonly string[];

export function isAllowed(statements: readonly Statement[], request: AccessRequest): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
}

/** @throws Error on an operator that is not known here: no condition passes unread */
export function applies({ Action, Resource, Condition = {} }: Statement, request: AccessRequest): boolean {
  return (
    textsOf(Action).some((pattern) => isLike(pattern, request.action)) &&
    textsOf(Resource).some((pattern) => isLike(pattern, request.resource)) &&
    Object.entries(Condition).every(([operator, wanted]) => isMet(operator, wanted, request))
  );
}

export function textsOf(texts: Texts): readonly string[] {
  return typeof texts === 'string' ? [texts] : texts;
}

function isMet(
  operator: string,
  wanted: Readonly<Record<string, Texts>>,
  { context }: AccessRequest,
): boolean {
  const compare = OPERATORS[operator];
  if (compare === undefined) throw new Error(`the condition operator ${operator} is not known here`);
  return Object.entries(wanted).every(([key, values]) => {
    const value = context[key];
    return value !== undefined && textsOf(values).some((one) => compare(one, value));
  });
}

const OPERATORS: Readonly<Record<string, (wanted: string, value: string) => boolean>> = {
  StringEquals: (wanted, value) => wanted === value,
  StringLike: isLike,
};

/** `*` stands for any text, colons and slashes among it, and `?` for one character. */
function isLike(pattern: string, value: string): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(value);
}
