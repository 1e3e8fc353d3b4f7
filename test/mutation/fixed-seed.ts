import fc from 'fast-check';

/* The same tests for every mutant and in every run: what survives once survives always. */
fc.configureGlobal({ seed: 1, numRuns: 50 });
