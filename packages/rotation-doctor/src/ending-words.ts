import { CURRENT, holderOf } from './labels.ts';
import type { Ending } from './rotation-watch.ts';
import type { Secret } from './secrets.ts';
import type { StepLine } from './step-log.ts';

/** What became of a rotation that was followed: what went wrong, what is as it was, and the command that goes on. */
export function endingLines(ending: Ending, versionId: string, secret: Secret): string[] {
  const { name, labels } = secret;
  const current = holderOf(CURRENT, labels);
  switch (ending.kind) {
    case 'done':
      return [`Done: AWSCURRENT of ${name} is version ${versionId}, whose login was proven.`];
    case 'given-up':
      return [
        `FAILED: the rotation of ${name} was given up.`,
        ...failureLines(ending.failure),
        `AWSCURRENT is version ${current}. No rotation is under way.`,
        `Next: npx --no rotation-doctor preflight ${name}`,
      ];
    case 'unfinished':
      return [
        `${ending.failure === undefined ? 'UNFINISHED' : 'FAILED'}: the rotation of ${name} has not ended.`,
        ...failureLines(ending.failure),
        `AWSCURRENT is version ${current} as before; version ${versionId} is AWSPENDING, and Secrets Manager may try it again.`,
        `Next: npx --no rotation-doctor ${ending.failure === undefined ? 'status' : 'preflight'} ${name}`,
      ];
    default:
      throw new TypeError(`unknown ending ${ending satisfies never}`);
  }
}

/** The function's message names the step, and ends with what to do. */
function failureLines(failure: StepLine | undefined): string[] {
  if (failure?.error === undefined) return [];
  const { name, message } = failure.error;
  return [`${name}: ${message}`];
}
