import { CURRENT, holderOf } from './labels.ts';
import { type State, stateWithLog } from './secret-state.ts';
import type { StepLine } from './step-log.ts';
import { stepReader } from './step-reader.ts';
import type { Subject } from './subject.ts';
import type { Surroundings } from './surroundings.ts';

/** A state by all that is known: labels, versions and the log. */
export interface Diagnosis {
  readonly state: State;
  /** The last step that ran, if it failed and the log may be read. */
  readonly failure?: StepLine;
}

/** Reads how the last step ended of the rotation that is under way, or else of any since AWSCURRENT was made. */
export async function diagnosisOf(
  { secret, versions, state }: Subject,
  surroundings: Surroundings,
): Promise<Diagnosis> {
  const { functionArn, labels } = secret;
  if (functionArn === undefined || state.kind === 'deleted' || state.kind === 'no-current') return { state };
  const current = versions.find(({ id }) => id === holderOf(CURRENT, labels));
  const [subject, since] =
    'rotation' in state
      ? [{ versionId: state.rotation.versionId }, state.rotation.began]
      : [{ secretArn: secret.arn }, current?.created];
  // A version without a date is none of Secrets Manager's, and how far back to read would be a guess.
  if (since === undefined) return { state };
  const lines = await stepReader({ functionArn, subject, since }, surroundings)();
  // Of what the reader allows for a clock that is ahead, a whole secret has lines of the rotation before.
  const last = lines.filter(({ at }) => 'versionId' in subject || at >= since).at(-1);
  if (last?.error === undefined) return { state };
  return { state: stateWithLog(state, secret, last), failure: last };
}
