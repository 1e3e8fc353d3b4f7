import { CURRENT, holderOf } from './labels.ts';
import type { State } from './secret-state.ts';
import type { Secret } from './secrets.ts';
import { ago, around, inWords } from './time-words.ts';

/** A state as an operator reads it. */
export interface Words {
  /** One or two words. */
  readonly name: string;
  readonly detail: string;
  /** The command that goes on from here. */
  readonly command?: string;
}

export function wordsFor(state: State, secret: Secret, now: Date): Words {
  const command = (name: string, options = '') => `npx --no rotation-doctor ${name} ${secret.name}${options}`;
  switch (state.kind) {
    case 'healthy':
      return {
        name: 'healthy',
        detail: 'None is under way, and none is known to have failed since the last.',
      };
    case 'never-rotated':
      return { name: 'never rotated', detail: 'Rotation is turned on, and the first one is yet to come.' };
    case 'in-progress': {
      const { versionId, began } = state.rotation;
      return {
        name: 'in progress',
        detail: `A rotation towards version ${versionId} began ${ago(began, now)}. Secrets Manager tries it again by itself.`,
        command: command('rotate', ' --wait'),
      };
    }
    case 'failing': {
      const { versionId, began } = state.rotation;
      return {
        name: 'failing',
        detail: `A rotation towards version ${versionId} began ${ago(began, now)}, and the last step that ran has failed. Secrets Manager tries it again by itself.`,
        command: command('preflight'),
      };
    }
    case 'failed': {
      const { versionId, known } = state;
      const why =
        known === 'by the log'
          ? `The last step that ran, for version ${versionId}, has failed`
          : `Version ${versionId} is the newest and has no label: a rotation was given up, or somebody took its label off`;
      return {
        name: 'failed',
        detail: `${why}. No rotation is under way, and AWSCURRENT is version ${holderOf(CURRENT, secret.labels)}.`,
        command: command('preflight'),
      };
    }
    case 'stuck': {
      const { versionId, began, moved } = state.rotation;
      const why = secret.rotationEnabled
        ? `Nothing has happened to it for ${inWords(now.getTime() - moved.getTime())}`
        : 'Rotation has been turned off since';
      return {
        name: 'stuck',
        detail: `A rotation towards version ${versionId} began ${ago(began, now)} and has not ended. ${why}, and no other can start while that version is AWSPENDING.`,
        command: command('unstick'),
      };
    }
    case 'overdue':
      return {
        name: 'overdue',
        detail: `The next rotation was due by ${around(state.since, now)}, and none is under way.`,
        command: command('preflight'),
      };
    case 'off':
      return {
        name: 'off',
        detail: 'Rotation is turned off: the password stays as it is.',
        command: command('rotate', ' --wait'),
      };
    case 'no-function':
      return { name: 'no function', detail: 'No rotation function is attached to the secret.' };
    case 'no-current':
      return { name: 'no value', detail: 'No version is AWSCURRENT: applications cannot read the secret.' };
    case 'deleted':
      return { name: 'deleted', detail: `The secret is scheduled for deletion on ${around(state.on, now)}.` };
    default:
      throw new TypeError(`unknown state ${state satisfies never}`);
  }
}
