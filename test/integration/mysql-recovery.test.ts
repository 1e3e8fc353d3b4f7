import { inject } from 'vitest';
import { describeRecovery } from './recovery-suite.ts';

describeRecovery(inject('servers').mysql, 'single-user');
describeRecovery(inject('servers').mysql, 'alternating-users');
