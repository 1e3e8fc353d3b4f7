import { inject } from 'vitest';
import { describeRaces } from './server-suite.ts';

describeRaces(inject('servers').mysql, 'single-user');
describeRaces(inject('servers').mysql, 'dual-passwords');
describeRaces(inject('servers').mysql, 'alternating-users');
