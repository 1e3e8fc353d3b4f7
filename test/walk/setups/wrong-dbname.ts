import type { BrokenSetup } from '../broken-setup.ts';

export const wrongDbname: BrokenSetup = {
  name: 'wrong dbname',
  on: 'postgres',
  strategy: 'single-user',
  async break({ store }) {
    await store({ dbname: 'no_such_database' });
    return () => store({ dbname: 'postgres' });
  },
  blames: [
    {
      check: 'dbname',
      outcome: 'failed',
      error: 'UnknownDatabase',
      detail: 'cannot use the database "no_such_database"',
      cause: 'database "no_such_database" does not exist',
      remedy: 'Correct "dbname" in the secret',
    },
  ],
  state: 'healthy',
};
