import { inject } from 'vitest';
import { describeRaces } from './server-suite.ts';

describeRaces(inject('servers').postgres, 'single-user');
describeRaces(inject('servers').postgres, 'alternating-users');
