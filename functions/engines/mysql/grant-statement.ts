/** A statement that changes what one account may do, without the account. */
export interface GrantStatement {
  readonly verb: 'GRANT' | 'REVOKE' | 'SET DEFAULT ROLE';
  /** Privileges, roles, or PROXY. */
  readonly given: readonly string[];
  /** What privileges are on, and whom PROXY is for. */
  readonly object?: string;
  readonly option?: 'GRANT OPTION' | 'ADMIN OPTION';
}

/** Says what it does, whoever the account is. */
export function describeStatement({ verb, given, object, option }: GrantStatement): string {
  const what = [verb, given.join(', '), ...(object === undefined ? [] : ['ON', object])].join(' ');
  return option === undefined ? what : `${what} WITH ${option}`;
}

/** @param account quoted already */
export function sqlOf(statement: GrantStatement, account: string, isMariaDb: boolean): string {
  const { option, ...what } = statement;
  const sql = `${describeStatement(what)} ${prepositionOf(statement, isMariaDb)} ${account}`;
  return option === undefined ? sql : `${sql} WITH ${option}`;
}

function prepositionOf({ verb }: GrantStatement, isMariaDb: boolean): string {
  switch (verb) {
    case 'GRANT':
      return 'TO';
    case 'REVOKE':
      return 'FROM';
    case 'SET DEFAULT ROLE':
      return isMariaDb ? 'FOR' : 'TO';
    default:
      throw new TypeError(`unknown statement ${verb satisfies never}`);
  }
}

/**
 * The same for a table that was dropped, on which privileges stay: a server grants them on a table that does not exist only
 * together with the privilege to create it.
 */
export function onMissingTable(statement: GrantStatement): GrantStatement {
  return { ...statement, given: ['CREATE', ...statement.given] };
}
