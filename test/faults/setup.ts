import type { StrategyName } from '../support/rotation-lab.ts';
import type { EngineName } from './world.ts';

/** A strategy with the user that it is tried on: what a row of the table is about. */
export interface Setup {
  readonly strategy: StrategyName;
  readonly engines: readonly EngineName[];
  /** The user may have two passwords. */
  readonly hasTwoPasswords: boolean;
  /** The strategy promises that AWSCURRENT logs in at every moment: I1. */
  readonly keepsCurrent: boolean;
  /** How the rotation that is looked at begins, by how many came before it. */
  readonly beginnings: readonly Beginning[];
}

interface Beginning {
  /** A rotation was given up after it had set its password. */
  readonly afterAbandoned?: boolean;
  /** The function is configured to discard the old password from now on. */
  readonly discards?: boolean;
  /** Each step has a process of its own, so that none inherits what the one before has read. */
  readonly apart?: boolean;
}

const ENGINES = ['postgres', 'mysql', 'mariadb'] as const satisfies readonly EngineName[];

export const SETUPS = {
  'single-user': {
    strategy: 'single-user',
    engines: ENGINES,
    hasTwoPasswords: false,
    keepsCurrent: false,
    beginnings: [{}, { apart: true }],
  },
  'dual-passwords': {
    strategy: 'single-user',
    engines: ['mysql'],
    hasTwoPasswords: true,
    keepsCurrent: true,
    // The second finds the password of AWSCURRENT as the retained one, and leaves none retained.
    beginnings: [{}, { afterAbandoned: true, discards: true }],
  },
  'alternating-users': {
    strategy: 'alternating-users',
    engines: ENGINES,
    hasTwoPasswords: false,
    keepsCurrent: true,
    // The first makes the clone, the second goes back to the original.
    beginnings: [{}, {}],
  },
} as const satisfies Record<string, Setup>;
export type SetupName = keyof typeof SETUPS;
export const SETUP_NAMES = Object.keys(SETUPS) as readonly SetupName[];

export const setupOf = (name: SetupName): Setup => SETUPS[name];

export function setupsOn(engine: EngineName): SetupName[] {
  return SETUP_NAMES.filter((name) => setupOf(name).engines.includes(engine));
}
