import type { BrokenSetup } from '../broken-setup.ts';

export const roleWithoutLogin: BrokenSetup = {
  name: 'role without LOGIN',
  on: 'postgres',
  strategy: 'single-user',
  async break({ database, username }) {
    const alter = (what: string) => database.sql(`ALTER ROLE ${database.identifier(username)} ${what}`);
    await alter('NOLOGIN');
    return async () => void (await alter('LOGIN'));
  },
  blames: [
    {
      check: 'login',
      outcome: 'failed',
      error: 'AccountLocked',
      detail: 'is locked.',
      cause: 'is not permitted to log in',
      remedy: 'unlock it, and rotate again',
    },
  ],
  state: 'healthy',
};
