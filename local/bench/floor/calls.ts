/** A call of Secrets Manager that the floor makes. */
export interface FloorCall {
  readonly operation: string;
  /** Counted from 0 among the calls of the same operation. */
  readonly occurrence: number;
}

/** Each has to wait for what was read, and for the one before it. */
const WRITES: ReadonlySet<string> = new Set(['PutSecretValue', 'UpdateSecretVersionStage']);

/** A step's calls in the shortest chain: all the reads at once, then the writes. */
export function callsIn(operations: readonly string[]) {
  const calls = operations.map(
    (operation, index): FloorCall => ({
      operation,
      occurrence: operations.slice(0, index).filter((earlier) => earlier === operation).length,
    }),
  );
  return {
    reads: calls.filter(({ operation }) => !WRITES.has(operation)),
    writes: calls.filter(({ operation }) => WRITES.has(operation)),
  };
}
