import { inject } from 'vitest';
import { describeModel } from './model-suite.ts';

describeModel(inject('servers').postgres);
