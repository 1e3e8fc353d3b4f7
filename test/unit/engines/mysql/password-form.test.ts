import { describe, expect, it } from 'vitest';
import type { Wire } from '../../../../functions/engines/mysql/connection.ts';
import {
  identifiedBy,
  inSafestForm,
  nativeHash,
  ownPasswordStatement,
  type PasswordForm,
} from '../../../../functions/engines/mysql/password-form.ts';
import { failureOf } from '../../support/canaries.ts';

/* The hashes were computed with hashlib of Python 3.11, not with the code under test. */
const HASH_OF_PENCIL = '*7614BE58636C810A9D8970A50B3B2A78450413E4';
const HASH_OF_PAESSOE = '*42ED3D111160F8D5137A8906E6E9E9D5ED11A545';

const server = (version: string): Wire => ({
  version,
  query: async () => [],
  close: async () => {},
});
const prevented = (option: string) =>
  Object.assign(
    new Error(`The server is running with the ${option} option so it cannot execute this statement`),
    { errno: 1290 },
  );

describe('a password in a statement', () => {
  it.each([
    ['pencil', HASH_OF_PENCIL],
    ['pässö', HASH_OF_PAESSOE],
  ])('%s has the hash that MariaDB stores', (password, hash) => {
    expect(nativeHash(password)).toBe(hash);
  });

  it.each<[PasswordForm, string, string]>([
    ['masked', "IDENTIFIED BY 'pencil'", "ALTER USER CURRENT_USER() IDENTIFIED BY 'pencil'"],
    ['clear', "IDENTIFIED BY 'pencil'", "SET PASSWORD = PASSWORD('pencil')"],
    ['hashed', `IDENTIFIED BY PASSWORD '${HASH_OF_PENCIL}'`, `SET PASSWORD = '${HASH_OF_PENCIL}'`],
  ])('stands there %s', (form, clause, statement) => {
    expect(identifiedBy(form, 'pencil')).toBe(clause);
    expect(ownPasswordStatement(form, 'pencil')).toBe(statement);
  });

  it('is escaped', () => {
    expect(identifiedBy('masked', `a'b\\c`)).toBe("IDENTIFIED BY 'a\\'b\\\\c'");
  });

  it.each([
    ['8.4.7', ['masked']],
    ['9.7.4', ['masked']],
    ['10.11.6-MariaDB-log', ['hashed']],
    ['5.5.5-11.8.3-MariaDB-ubu2404', ['hashed']],
  ])('has the form that the server %s needs', async (version, forms) => {
    const tried: PasswordForm[] = [];
    await inSafestForm(server(version), async (form) => void tried.push(form));
    expect(tried).toEqual(forms);
  });

  it('is shown to a MariaDB that insists on checking it', async () => {
    const tried: PasswordForm[] = [];
    await inSafestForm(server('11.8.3-MariaDB'), async (form) => {
      tried.push(form);
      if (form === 'hashed') throw prevented('--strict-password-validation');
    });
    expect(tried).toEqual(['hashed', 'clear']);
  });

  it('is shown to no MariaDB that is prevented by another option', async () => {
    const tried: PasswordForm[] = [];
    const refusal = prevented('--read-only');
    const refused = inSafestForm(server('11.8.3-MariaDB'), async (form) => {
      tried.push(form);
      throw refusal;
    });
    expect(await failureOf(refused)).toBe(refusal);
    expect(tried).toEqual(['hashed']);
  });

  it('is shown to nobody after another error', async () => {
    const tried: PasswordForm[] = [];
    const refused = inSafestForm(server('11.8.3-MariaDB'), async (form) => {
      tried.push(form);
      throw new Error('no');
    });
    expect((await failureOf(refused)).message).toBe('no');
    expect(tried).toEqual(['hashed']);
  });
});
