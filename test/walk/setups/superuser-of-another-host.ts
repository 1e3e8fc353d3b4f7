import type { BrokenSetup } from '../broken-setup.ts';

export const superuserOfAnotherHost: BrokenSetup = {
  name: 'superuser secret for another host',
  on: 'mysql',
  strategy: 'alternating-users',
  async break({ database, lab, store, current }) {
    const { masterarn } = await current();
    await store({
      masterarn: await lab.createSecret({ ...database.server.superuser, host: 'elsewhere.example' }),
    });
    return () => store({ masterarn });
  },
  blames: [
    {
      check: 'superuser secret',
      outcome: 'failed',
      error: 'SuperuserSecretRefused',
      detail: 'its "host" is not that of AWSCURRENT (elsewhere.example, not localhost)',
      remedy: 'Use the superuser secret of the database that "host" of the secret belongs to',
    },
  ],
  state: 'healthy',
};
