/**
 * How often a property is tried on real servers, and where from. The same every time, so that a run says what the last one
 * said; PROPERTY_RUNS and PROPERTY_SEED make it look elsewhere.
 */
export function propertyBounds(numRuns: number) {
  return {
    numRuns: Number(process.env['PROPERTY_RUNS'] ?? numRuns),
    seed: Number(process.env['PROPERTY_SEED'] ?? 1),
    endOnFailure: true,
  };
}
