import type { RotationObserver } from '../../secrets-manager/index.ts';

/** How long the service's rotations take, from the start to their success, pauses before retries included. In ms. */
export interface RotationClock {
  readonly observe: RotationObserver;
  /** Those that have succeeded since it was last asked. */
  take(): number[];
}

export function openRotationClock(): RotationClock {
  const started = new Map<string, number>();
  let times: number[] = [];
  return {
    observe({ kind, secretArn }) {
      if (kind === 'RotationStarted') started.set(secretArn, performance.now());
      if (kind === 'RotationSucceeded')
        times.push(performance.now() - (started.get(secretArn) ?? Number.NaN));
    },
    take() {
      const taken = times;
      times = [];
      return taken;
    },
  };
}
