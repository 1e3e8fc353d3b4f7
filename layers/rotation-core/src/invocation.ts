import type { Inherited } from './handover.ts';
import type { SecretStore } from './secret-store.ts';
import type { Rotation, RotationStrategy } from './strategy.ts';

/** All that a step works with. */
export interface Invocation {
  readonly rotation: Rotation;
  readonly store: SecretStore;
  readonly strategy: RotationStrategy;
  /** What the step before has left to this one. */
  readonly inherited: Inherited | undefined;
  /** Leaves to the step that follows what this one has found. */
  leave(found: Inherited): void;
}
