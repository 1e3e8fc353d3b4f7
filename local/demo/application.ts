import type { DatabaseServer } from '../servers/database-server.ts';
import type { Credentials, Database } from './database.ts';
import type { LoginResult } from './observation.ts';
import { COUNT_ROWS } from './orders-table.ts';

/** An application on a running server. */
export interface Application {
  /** Of its first user, its database and its schema. */
  readonly name: string;
  readonly database: Database;
  readonly server: DatabaseServer;
}

/**
 * Logs in as the application does and asks it for its rows.
 * @throws the driver's own error
 */
export async function useOnce({ name, database, server }: Application, user: Credentials): Promise<void> {
  await using session = await database.logIn(server, user, name);
  await session.query(COUNT_ROWS(name));
}

/** The same, as an answer. */
export async function tryLogin(application: Application, user: Credentials): Promise<LoginResult> {
  try {
    await useOnce(application, user);
    return { kind: 'accepted' };
  } catch (error) {
    if (application.database.isRejection(error)) return { kind: 'rejected' };
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

/**
 * What two users of one application cannot do alike: the server is asked for their rights, and each works with what the
 * other has made. Leaves the application as it was.
 * @param id the id of the row that is written, which no row has
 */
export async function inequalities(
  application: Application,
  one: Credentials,
  other: Credentials,
  id: number,
): Promise<string[]> {
  const { name, database, server } = application;
  const problems: string[] = [];
  const act = async ({ username, password }: Credentials, what: string, ...statements: string[]) => {
    try {
      await using session = await database.logIn(server, { username, password }, name);
      for (const statement of statements) await session.query(statement);
    } catch (error) {
      problems.push(`${username} cannot ${what}: ${reasonOf(error)}`);
    }
  };
  const made = `${name}.made_in_rotation`;
  await act(one, `write ${name}.orders`, `INSERT INTO ${name}.orders (id, item) VALUES (${id}, 'plums')`);
  await act(other, `delete what ${one.username} wrote`, `DELETE FROM ${name}.orders WHERE id = ${id}`);
  await act(one, 'create a table', `CREATE TABLE ${made} (id int)`);
  await act(
    other,
    `use and remove a table that ${one.username} created`,
    `INSERT INTO ${made} (id) VALUES (1)`,
    `ALTER TABLE ${made} ADD COLUMN note varchar(40)`,
    `DROP TABLE ${made}`,
  );
  const [rightsOfOne, rightsOfOther] = await Promise.all([
    database.rights(server, name, one.username),
    database.rights(server, name, other.username),
  ]);
  problems.push(...lacking(one, rightsOfOne, rightsOfOther), ...lacking(other, rightsOfOther, rightsOfOne));
  return problems;
}

function lacking({ username }: Credentials, rights: readonly string[], model: readonly string[]): string[] {
  return model.filter((right) => !rights.includes(right)).map((right) => `${username} lacks ${right}`);
}

/** What a driver's or a function's error says, in one line. No driver puts a password into it. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n')[0] ?? text;
}
