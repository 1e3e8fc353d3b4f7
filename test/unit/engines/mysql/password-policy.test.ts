import { describe, expect, it } from 'vitest';
import { passwordPolicyOf, policyIn } from '../../../../functions/engines/mysql/password-policy.ts';

const policyOf = (settings: Record<string, string>) => policyIn(new Map(Object.entries(settings)));
const VALIDATE_PASSWORD = {
  'validate_password.length': '8',
  'validate_password.mixed_case_count': '2',
  'validate_password.number_count': '3',
  'validate_password.special_char_count': '4',
};
const ALL_KINDS = { length: 8, digits: 3, lowercase: 2, uppercase: 2, punctuation: 4 };

describe('a password policy', () => {
  it('is none where nothing is installed that has one', () => {
    expect(policyOf({})).toEqual({ length: 0 });
  });

  it.each(['MEDIUM', 'STRONG', '1', '2'])('of MySQL, %s, asks for kinds of characters', (policy) => {
    expect(policyOf({ ...VALIDATE_PASSWORD, 'validate_password.policy': policy })).toEqual(ALL_KINDS);
  });

  it.each(['LOW', '0'])('of MySQL, %s, asks for length alone', (policy) => {
    expect(policyOf({ ...VALIDATE_PASSWORD, 'validate_password.policy': policy })).toEqual({ length: 8 });
  });

  it('of MariaDB asks for letters of either case', () => {
    expect(
      policyOf({
        simple_password_check_minimal_length: '8',
        simple_password_check_letters_same_case: '2',
        simple_password_check_digits: '3',
        simple_password_check_other_characters: '4',
      }),
    ).toEqual(ALL_KINDS);
  });

  it.each(['validate_password.', 'validate_password_'])(
    'is read from the variables of %s',
    async (prefix) => {
      const asked: string[] = [];
      const wire = {
        version: '8.4.7',
        async query(sql: string) {
          asked.push(sql);
          return [
            [`${prefix}length`, '12'],
            [`${prefix}policy`, 'MEDIUM'],
            [`${prefix}number_count`, '2'],
          ];
        },
        async close() {},
      };
      expect(await passwordPolicyOf(wire)).toMatchObject({ length: 12, digits: 2 });
      expect(asked).toEqual([expect.stringContaining('validate_password[._]')]);
    },
  );
});
