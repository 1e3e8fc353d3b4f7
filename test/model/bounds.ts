/** Enough to tell, and few enough for everybody's `npm test`. */
const DEFAULT_RUNS = 10;
const DEFAULT_SEED = 20_301;

/** How much a bounded run does: `MODEL_RUNS=200 MODEL_SEED=7 npx vitest run test/model` does more, and other things. */
export const BOUNDS = {
  numRuns: Number(process.env['MODEL_RUNS'] ?? DEFAULT_RUNS),
  seed: Number(process.env['MODEL_SEED'] ?? DEFAULT_SEED),
  maxCommands: 12,
};
/** Shrinking what was found ends after it, in ms, with the smallest so far. */
export const SHRINKING_LIMIT = 60_000;
