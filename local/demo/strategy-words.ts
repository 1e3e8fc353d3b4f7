import type { Handover, RotationStep } from './observation.ts';

/** How a strategy is told, by what it can do on a database, to somebody who has never met it. */
export interface StrategyWords {
  readonly title: string;
  /** Lines on what happens and what an application notices. Its name is that of its first user. */
  explanation(application: string): readonly string[];
  readonly steps: Readonly<Record<RotationStep, string>>;
}

const COMMON_STEPS = {
  createSecret: 'stores a new password as AWSPENDING',
  finishSecret: 'moves AWSCURRENT, which is what applications read',
} as const;

export const WORDS: Readonly<Record<Handover, StrategyWords>> = {
  'one-password': {
    title: 'Single user',
    explanation: (application) => [
      `The password of "${application}" changes, and AWSCURRENT follows a moment later.`,
      'In between a login may be rejected; who then reads AWSCURRENT again gets in.',
    ],
    steps: {
      ...COMMON_STEPS,
      setSecret: 'sets it in the database, and proves it',
      testSecret: 'logs in with it',
    },
  },
  'dual-passwords': {
    title: 'Single user, dual passwords',
    explanation: (application) => [
      `"${application}" gets a new password beside the one that it has, which works until the next`,
      'rotation, so that no login of the application fails at any instant.',
    ],
    steps: {
      ...COMMON_STEPS,
      setSecret: 'sets it beside the old one, and proves it',
      testSecret: 'logs in with it',
    },
  },
  'two-users': {
    title: 'Alternating users',
    explanation: (application) => [
      `"${application}" and "${application}_clone" take turns being AWSCURRENT. Only the other one is`,
      'ever changed, so that no login of the application fails at any instant.',
    ],
    steps: {
      ...COMMON_STEPS,
      setSecret: 'brings the other user in line, sets its password',
      testSecret: 'logs in with it and compares what both may do',
    },
  },
};
