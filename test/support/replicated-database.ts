import type { TestDatabase } from './test-database.ts';

/** A server and another that follows it and takes no changes of its own, as managed services have them. */
export interface ReplicatedDatabase extends AsyncDisposable {
  readonly writer: TestDatabase;
  readonly replica: TestDatabase;
  /** The replica goes on receiving changes, but carries none out until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}
