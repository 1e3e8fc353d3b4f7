import { inject } from 'vitest';
import { describeRaces } from './server-suite.ts';

describeRaces(inject('servers').mariadb, 'single-user');
describeRaces(inject('servers').mariadb, 'alternating-users');
