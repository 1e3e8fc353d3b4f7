import { closedPort as aClosedPort } from '../../support/impostor.ts';
import type { BrokenSetup } from '../broken-setup.ts';

export const closedPort: BrokenSetup = {
  name: 'closed port',
  on: 'mysql',
  strategy: 'single-user',
  async break({ store, database }) {
    await store({ port: await aClosedPort() });
    return () => store({ port: database.server.port });
  },
  blames: [
    {
      check: 'port',
      outcome: 'failed',
      error: 'HostUnreachable',
      detail: 'it was refused or cut off',
      cause: 'ECONNREFUSED',
      remedy: 'that "port" in the secret is its port',
    },
  ],
  state: 'healthy',
};
