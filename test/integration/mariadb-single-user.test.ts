import { inject } from 'vitest';
import { describeRotation } from './rotation-suite.ts';

describeRotation(inject('servers').mariadb, 'single-user');
