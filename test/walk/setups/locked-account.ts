import type { BrokenSetup } from '../broken-setup.ts';

export const lockedAccount: BrokenSetup = {
  name: 'locked account',
  on: 'mariadb',
  strategy: 'single-user',
  async break({ database, username }) {
    const alter = (what: string) => database.sql(`ALTER USER ${database.literal(username)}@'%' ${what}`);
    await alter('ACCOUNT LOCK');
    return async () => void (await alter('ACCOUNT UNLOCK'));
  },
  blames: [
    {
      check: 'login',
      outcome: 'failed',
      error: 'AccountLocked',
      detail: 'is locked.',
      cause: 'account is locked',
      remedy: 'unlock it, and rotate again',
    },
  ],
  state: 'healthy',
};
