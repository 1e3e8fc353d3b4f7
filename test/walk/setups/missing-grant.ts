import { uniqueName } from '../../support/test-database.ts';
import type { BrokenSetup } from '../broken-setup.ts';

const PASSWORD = 'Admin-password-1';

/** Users are to be changed by a role with fewer rights, which nobody gave the right to change the original. */
export const missingGrant: BrokenSetup = {
  name: 'missing GRANT',
  on: 'postgres',
  strategy: 'alternating-users',
  async break({ database, lab, username, store, afterwards: undo }) {
    const { sql, identifier, createUser, dropUser } = database;
    const admin = uniqueName('admin');
    await createUser(admin, PASSWORD);
    undo(() => dropUser(admin));
    await sql(`ALTER ROLE ${identifier(admin)} CREATEROLE`);
    await sql(`GRANT ${identifier(`${username}_clone`)} TO ${identifier(admin)} WITH ADMIN OPTION`);
    await store({ masterarn: await lab.createSecret({ username: admin, password: PASSWORD }) });
    return async ({ findings }) => {
      const remedies = findings.map(({ remedy = '' }) => remedy).join('\n');
      const [, statement] = /^Run (GRANT .*) as a user who may/m.exec(remedies) ?? [];
      await sql(statement ?? 'the report names no statement');
    };
  },
  blames: [
    {
      check: 'the other user',
      outcome: 'failed',
      error: 'PrivilegeMissing',
      detail: 'lacks the privilege to set the password of "walk_',
      cause: 'it takes CREATEROLE and the ADMIN OPTION on',
      remedy: 'WITH ADMIN OPTION as a user who may, then rotate again; no user was changed.',
    },
  ],
  state: 'healthy',
};
