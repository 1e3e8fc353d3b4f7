import { inject } from 'vitest';
import { describeSilence } from './silence-suite.ts';

describeSilence(inject('servers').postgres);
