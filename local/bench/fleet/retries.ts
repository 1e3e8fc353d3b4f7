import { reasonOf } from '../../demo/application.ts';
import type { RotationOutcome } from '../../secrets-manager/index.ts';

/** Why the service has tried again. */
export interface Retry {
  /** The name of the error. */
  readonly name: string;
  readonly count: number;
  /** Of one of them. */
  readonly message: string;
}

/** By the name of the error that a step failed with. */
export function retriesOf(outcomes: readonly RotationOutcome[]): Retry[] {
  const errors = outcomes.flatMap(({ failures }) => failures.map(({ error }) => error));
  const nameOf = (error: unknown) => (error instanceof Error ? error.name : String(error));
  const names = [...new Set(errors.map(nameOf))].toSorted();
  return names.map((name) => {
    const alike = errors.filter((error) => nameOf(error) === name);
    return { name, count: alike.length, message: reasonOf(alike[0]) };
  });
}
