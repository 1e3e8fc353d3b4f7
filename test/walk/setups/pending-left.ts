import { type BrokenSetup, nothingByHand } from '../broken-setup.ts';

/** A rotation stopped for good before it changed anything in the database. */
export const pendingLeft: BrokenSetup = {
  name: 'AWSPENDING left by a rotation that stopped',
  on: 'mariadb',
  strategy: 'alternating-users',
  async break({ lab, secretArn }) {
    const run = await lab.stepsOf(secretArn);
    await run('createSecret');
    return nothingByHand;
  },
  blames: [
    {
      check: 'version stages',
      outcome: 'warning',
      detail: 'A rotation is under way, or has stopped half-way: no other can start.',
      remedy: '`rotation-doctor unstick` ends one that has stopped',
    },
  ],
  state: 'stuck',
};
