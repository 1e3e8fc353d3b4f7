import { inject } from 'vitest';
import { describeBadInputs } from './bad-inputs-suite.ts';

describeBadInputs(inject('servers').mariadb);
