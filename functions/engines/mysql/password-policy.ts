import type { PasswordPolicy } from '../engine.ts';
import type { Wire } from './connection.ts';

/**
 * What MySQL's component or plugin validate_password asks, or MariaDB's simple_password_check: nothing where none is installed.
 * @see https://dev.mysql.com/doc/refman/9.7/en/validate-password-options-variables.html
 * @see https://mariadb.com/docs/server/reference/plugins/password-validation-plugins/simple-password-check-plugin
 */
export async function passwordPolicyOf(wire: Wire): Promise<PasswordPolicy> {
  const rows = await wire.query(
    "SHOW GLOBAL VARIABLES WHERE Variable_name REGEXP '^(validate_password[._]|simple_password_check_)'",
  );
  return policyIn(new Map(rows.map(([name, value]) => [settingOf(String(name)), String(value)])));
}

/** The component has a dot where the plugin has an underscore. */
function settingOf(variable: string): string {
  return variable.replace('validate_password_', 'validate_password.');
}

/** @param settings by the servers' names for them */
export function policyIn(settings: ReadonlyMap<string, string>): PasswordPolicy {
  const least = (name: string) => Number(settings.get(name) ?? 0);
  if (settings.has('simple_password_check_minimal_length')) {
    const letters = least('simple_password_check_letters_same_case');
    return {
      length: least('simple_password_check_minimal_length'),
      digits: least('simple_password_check_digits'),
      lowercase: letters,
      uppercase: letters,
      punctuation: least('simple_password_check_other_characters'),
    };
  }
  const length = least('validate_password.length');
  // LOW looks at the length alone.
  if (!['MEDIUM', 'STRONG', '1', '2'].includes(settings.get('validate_password.policy') ?? ''))
    return { length };
  const mixed = least('validate_password.mixed_case_count');
  return {
    length,
    digits: least('validate_password.number_count'),
    lowercase: mixed,
    uppercase: mixed,
    punctuation: least('validate_password.special_char_count'),
  };
}
