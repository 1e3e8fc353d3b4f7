import type { BrokenSetup } from '../broken-setup.ts';

export const passwordChangedByHand: BrokenSetup = {
  name: 'password changed by hand',
  on: 'postgres',
  strategy: 'single-user',
  async break({ database, username, current }) {
    const give = (password: string) =>
      database.sql(`ALTER ROLE ${database.identifier(username)} PASSWORD ${database.literal(password)}`);
    await give('Changed-by-hand-1');
    return async () => void (await give((await current()).password));
  },
  blames: [
    {
      check: 'login',
      outcome: 'failed',
      error: 'LoginRejected',
      detail: 'The database rejected the login',
      cause: 'password authentication failed',
      remedy: 'is the password the one of this user',
    },
    {
      check: 'other stored logins',
      outcome: 'warning',
      detail: 'None of them works either.',
      remedy: 'Give the user the password of AWSCURRENT in the database',
    },
  ],
  state: 'healthy',
};
