import { type BrokenSetup, nothingByHand } from '../broken-setup.ts';

/** A rotation stopped for good between the change of the password and the move of AWSCURRENT. */
export const labelStuck: BrokenSetup = {
  name: 'label stuck on an old version',
  on: 'postgres',
  strategy: 'single-user',
  async break({ lab, secretArn }) {
    const run = await lab.stepsOf(secretArn);
    await run('createSecret');
    await run('setSecret');
    return nothingByHand;
  },
  blames: [
    {
      check: 'version stages',
      outcome: 'warning',
      detail: 'A rotation is under way, or has stopped half-way',
      remedy: '`rotation-doctor unstick` ends one that has stopped',
    },
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
      detail: 'The login of AWSPENDING works (version ',
      remedy: '`rotation-doctor unstick` makes it AWSCURRENT.',
    },
  ],
  state: 'stuck',
};
