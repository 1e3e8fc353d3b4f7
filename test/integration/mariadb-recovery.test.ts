import { inject } from 'vitest';
import { describeRecovery } from './recovery-suite.ts';

describeRecovery(inject('servers').mariadb, 'single-user');
describeRecovery(inject('servers').mariadb, 'alternating-users');
