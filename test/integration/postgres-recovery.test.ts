import { inject } from 'vitest';
import { describeRecovery } from './recovery-suite.ts';

describeRecovery(inject('servers').postgres, 'single-user');
describeRecovery(inject('servers').postgres, 'alternating-users');
