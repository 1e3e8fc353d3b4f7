import type { Step } from '@rotation/core';
import { type Excuse, excuse } from './excuse.ts';
import type { World } from './world.ts';

/** The steps, in the order in which the service invokes them. */
export const ORDER: readonly Step[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** What the model knows between two commands. */
export interface Model {
  world: World;
  /** How many steps of the live rotation have succeeded since it was last begun from the first. */
  done: number;
  /** Tokens of rotations that are over. */
  past: string[];
  networkIsCut: boolean;
  /** A person has stored a password as AWSCURRENT that the database does not have. */
  careless: boolean;
  /** When clients may be rejected. */
  readonly excuse: Excuse;
}

export const newModel = (world: World): Model => ({
  world,
  done: 0,
  past: [],
  networkIsCut: false,
  careless: false,
  excuse: excuse(),
});

/** The token of the rotation that is live. */
export const liveToken = ({ world }: Model): string | undefined => world.pending ?? undefined;

/** Notes that a rotation is over. */
export function retire(model: Model, token: string): void {
  if (!model.past.includes(token)) model.past.push(token);
  model.done = 0;
}
