import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const database = testDatabase(inject('servers').postgres);
const PASSWORD = 'Initial-password-1';
const restricted = uniqueName();

/* The setting and the role of Amazon RDS, which an ordinary server lets anybody make. */
beforeAll(async () => {
  await database.createUser(restricted, PASSWORD);
  await database.sql(`ALTER ROLE "${restricted}" SET rds.restrict_password_commands = 'on'`);
});
afterAll(async () => {
  await database.dropUser(restricted);
  await database.sql('DROP ROLE IF EXISTS rds_password');
});

it('a user that may not change its own password on Amazon RDS is told so beforehand', async () => {
  await using session = await connect(database, loginTo(database, restricted, PASSWORD));
  const refusal = expect.objectContaining({
    name: 'PrivilegeMissing',
    remedy: 'Grant it "rds_password", or give the function a superuser secret that may, then rotate again.',
  });
  await expect(session.rehearseOwnPassword()).rejects.toEqual(refusal);
  await database.sql('CREATE ROLE rds_password');
  await expect(session.rehearseOwnPassword()).rejects.toEqual(refusal);
  await database.sql(`GRANT rds_password TO "${restricted}"`);
  await session.rehearseOwnPassword();
});
