import type { Finding, PreflightReport } from '@rotation/core';
import type { StrategyName } from '../support/rotation-lab.ts';
import type { Servers } from '../support/start-servers.ts';
import type { Site } from './site.ts';

/** What a finding says: of a text, words that are in it. */
export type Blame = Pick<Finding, 'check' | 'outcome' | 'error' | 'cause'> &
  Required<Pick<Finding, 'detail' | 'remedy'>>;

/** What the remedies ask of an operator beside the doctor's commands. */
export type Repair = (report: PreflightReport) => Promise<void>;

/** One way in which a secret that rotates comes not to. */
export interface BrokenSetup {
  readonly name: string;
  readonly on: keyof Servers;
  /** On a server of the walk's own, whose certificate and settings nobody else depends on. */
  readonly apart?: boolean;
  readonly strategy: StrategyName;
  /** Breaks what is well. */
  break(site: Site): Promise<Repair>;
  /** All that the report may find fault with then. */
  readonly blames: readonly Blame[];
  /** The state that the doctor tells by the labels and dates alone. */
  readonly state: 'healthy' | 'stuck' | 'off';
}

/** Where the doctor does it all. */
export const nothingByHand: Repair = async () => {};
