import { setTimeout as sleep } from 'node:timers/promises';
import { type Interceptor, passThrough } from './interception.ts';

/**
 * Puts the service as far away as it is in life: without this its calls take next to no time, and a long chain of them looks
 * as good as a short one.
 * @param latencyMs before each call is carried out; asked for each time
 * @param then what stands behind it. Nothing by default
 */
export function delayed(latencyMs: () => number, then: Interceptor = passThrough): Interceptor {
  return async (call, answer) => {
    const latency = latencyMs();
    // Even a sleep of 0 takes a turn of a timer.
    if (latency > 0) await sleep(latency);
    return then(call, answer);
  };
}
