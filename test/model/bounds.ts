/** Few enough for everybody's `npm test`; these find within two runs that a guard is missing: see guards.test.ts. */
export const DEFAULT_BOUNDS = { numRuns: 10, seed: 3, maxCommands: 12 } as const;

/** How much a bounded run does: `MODEL_RUNS=200 MODEL_SEED=7 npx vitest run test/model` does more, and other things. */
export const BOUNDS = {
  ...DEFAULT_BOUNDS,
  numRuns: Number(process.env['MODEL_RUNS'] ?? DEFAULT_BOUNDS.numRuns),
  seed: Number(process.env['MODEL_SEED'] ?? DEFAULT_BOUNDS.seed),
};
/** Shrinking what was found ends after it, in ms, with the smallest so far. */
export const SHRINKING_LIMIT = 60_000;
