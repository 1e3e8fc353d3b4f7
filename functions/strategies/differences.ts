import type { UserDifferences } from '@rotation/core';

/** What the traits of two users that should be equal differ in; undefined when they are. */
export function differencesOf(
  model: readonly string[],
  traits: readonly string[],
): UserDifferences | undefined {
  const lacks = without(model, traits);
  const hasBesides = without(traits, model);
  return lacks.length + hasBesides.length > 0 ? { lacks, hasBesides } : undefined;
}

function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const had = new Set(some);
  return all.filter((trait) => !had.has(trait));
}
