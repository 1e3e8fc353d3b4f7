import { durationOf, type Observation, type ObservedRotation, type Span } from './observation.ts';

/**
 * When the login of AWSCURRENT may be rejected, where the server forgets the old password at once: from the moment that the
 * function may change it to the moment that the label has moved.
 */
export function gapOf({ steps }: ObservedRotation): Span | undefined {
  const change = steps.find(({ step }) => step === 'setSecret');
  const last = steps.at(-1);
  return change && last && { from: change.from, to: last.to };
}

/**
 * How much of its gap each rotation let the client feel, in ms: from the start of the first login that was rejected to the end
 * of the last. 0 where none was.
 */
export function gapsFelt({ client, rotations }: Observation): number[] {
  const rejected = client.failures.filter(({ kind }) => kind === 'rejected');
  return rotations.map((rotation) => {
    const gap = gapOf(rotation);
    const felt = gap === undefined ? [] : rejected.flatMap((failure) => common(gap, failure) ?? []);
    const [first] = felt;
    const last = felt.at(-1);
    return first && last ? durationOf({ from: first.from, to: last.to }) : 0;
  });
}

/** @returns undefined when the two do not touch */
export function common(one: Span, other: Span): Span | undefined {
  const from = Math.max(one.from, other.from);
  const to = Math.min(one.to, other.to);
  return from <= to ? { from, to } : undefined;
}
