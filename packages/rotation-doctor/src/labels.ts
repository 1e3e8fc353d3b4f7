/**
 * The version stages of Secrets Manager, which are labels: each is on one version of a secret at most. AWSCURRENT is what
 * applications read, AWSPENDING what a rotation is making, AWSPREVIOUS what AWSCURRENT was before.
 */
export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';
/** Of these rotation functions: the next rotation ends with the login of this version, and not with a new password. */
export const TARGET = 'ROTATION_TARGET';

/** The labels of each version that has one. */
export type Labels = ReadonlyMap<string, readonly string[]>;

export function holderOf(label: string, labels: Labels): string | undefined {
  for (const [versionId, stages] of labels) if (stages.includes(label)) return versionId;
  return undefined;
}

/** A label that is on another version than AWSCURRENT. */
export function holderBesideCurrent(label: string, labels: Labels): string | undefined {
  const holder = holderOf(label, labels);
  return holder === holderOf(CURRENT, labels) ? undefined : holder;
}
