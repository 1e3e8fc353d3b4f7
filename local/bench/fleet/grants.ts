import { reasonOf } from '../../demo/application.ts';
import type { Database } from '../../demo/database.ts';
import type { DatabaseServer } from '../../servers/database-server.ts';
import { outcomeOf } from '../settled.ts';
import type { Stage } from '../stage.ts';
import { rotationSubject, type Subject } from '../subject.ts';

/** What a clone takes whose original has so many grants. */
export interface CloneTimes {
  readonly engine: DatabaseServer['engine'];
  readonly grants: number;
  /** The rotation that makes the clone, with every try. In ms. */
  readonly made: number;
  /** More than one where one invocation does not suffice. */
  readonly tries: number;
  /** The next rotation that brings the clone in line, when nothing has changed. In ms. */
  readonly alike: number;
}

type Grant = (stage: Stage, application: string, grants: number) => Promise<void>;

/** In one transaction they would take more locks than a PostgreSQL has by default. */
const TABLES_AT_ONCE = 500;

const GRANT: Readonly<Record<Database['functions'], Grant>> = {
  async postgres({ database, server }, application, grants) {
    await using superuser = await database.logIn(server, server.superuser, application);
    await superuser.query('CREATE SCHEMA granted');
    await superuser.query(`GRANT USAGE ON SCHEMA granted TO ${application}`);
    for (let first = 1; first <= grants; first += TABLES_AT_ONCE) {
      const last = Math.min(grants, first + TABLES_AT_ONCE - 1);
      await superuser.query(`DO $$ BEGIN FOR i IN ${first}..${last} LOOP
        EXECUTE format('CREATE TABLE granted.t%s ()', i);
        EXECUTE format('GRANT SELECT ON granted.t%s TO ${application}', i);
      END LOOP; END $$`);
    }
  },
  async mysql({ database, server }, application, grants) {
    await using superuser = await database.logIn(server, server.superuser);
    const rows = Array.from(
      { length: grants },
      (_, n) => `('%', '${application}_${n}', '${application}', 'Y')`,
    );
    // As GRANT SELECT ON a schema for each of them would, in a thousandth of the time.
    await superuser.query(`INSERT INTO mysql.db (Host, Db, User, Select_priv) VALUES ${rows.join(', ')}`);
    await superuser.query('FLUSH PRIVILEGES');
  },
};

export async function measureClone(stage: Stage, grants: number): Promise<CloneTimes> {
  const { database, server } = stage;
  const subject = await rotationSubject(stage, 'alternating-users', `grants_${grants}`);
  await GRANT[database.functions](stage, subject.application, grants);
  await using rotationFunction = subject.start();
  const rotate = () => timed(stage, subject, (event) => rotationFunction.invoke(event));
  const { elapsed: made, tries } = await rotate();
  await rotate();
  const { elapsed: alike } = await rotate();
  return { engine: server.engine, grants, made, tries, alike };
}

async function timed(
  { secrets, secretsManager, calendar }: Stage,
  { secretArn, lambdaArn }: Subject,
  invoke: (event: unknown) => Promise<unknown>,
): Promise<{ elapsed: number; tries: number }> {
  secretsManager.rotations.register(lambdaArn, invoke);
  const started = performance.now();
  await secrets.rotate(secretArn, lambdaArn);
  const { kind, failures } = await outcomeOf(secretsManager.rotations, secretArn);
  const elapsed = performance.now() - started;
  if (kind !== 'succeeded') {
    throw new Error(`A clone was not made. ${reasonOf(failures.at(-1)?.error)}`);
  }
  calendar.nextDay();
  return { elapsed, tries: failures.length + 1 };
}
