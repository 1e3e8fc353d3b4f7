import type { BrokenSetup } from '../broken-setup.ts';

export const policyTooStrict: BrokenSetup = {
  name: 'policy too strict',
  on: 'mysql',
  apart: true,
  strategy: 'alternating-users',
  async break({ database, lab, afterwards: undo }) {
    const component = "COMPONENT 'file://component_validate_password'";
    await database.sql(`INSTALL ${component}`);
    undo(() => database.sql(`UNINSTALL ${component}`));
    await database.sql('SET GLOBAL validate_password.length = 40');
    return async () => {
      lab.environment['PASSWORD_LENGTH'] = '40';
    };
  },
  blames: [
    {
      check: 'password policy',
      outcome: 'failed',
      error: 'PasswordPolicyUnmet',
      detail: 'it wants 40 characters, and PASSWORD_LENGTH is 32',
      remedy: "Change the function's settings, or the server's policy.",
    },
  ],
  state: 'healthy',
};
