import type { Input } from './input.ts';
import type { RotationRules, Secret } from './secret.ts';
import { invalidParameter } from './service-error.ts';

const HOUR = 60 * 60 * 1000;
const UNITS = { hour: HOUR, day: 24 * HOUR } as const;
const RATE = /^rate\((?<count>\d+) (?<unit>hour|day)s?\)$/;

/**
 * Reads RotationRules.
 * @throws ServiceError InvalidParameterException when they name both a number of days and an expression.
 */
export function parseRotationRules(input: Input): RotationRules {
  const days = input.optionalInteger('AutomaticallyAfterDays', { min: 1, max: 1000 });
  const duration = input.optionalText('Duration', { min: 2, max: 3, pattern: /^[0-9h]+$/ });
  const expression = input.optionalText('ScheduleExpression', {
    min: 1,
    max: 256,
    pattern: /^[0-9A-Za-z()#?*\-/, ]+$/,
  });
  if (days !== undefined && expression !== undefined) {
    throw invalidParameter('Specify AutomaticallyAfterDays or ScheduleExpression, not both.');
  }
  return {
    ...(days === undefined ? {} : { AutomaticallyAfterDays: days }),
    ...(duration === undefined ? {} : { Duration: duration }),
    ...(expression === undefined ? {} : { ScheduleExpression: expression }),
  };
}

/** When the service would rotate next; unknown for cron() expressions, which nothing here runs by. */
export function nextRotation({ rotation, lastRotated, created }: Secret): Date | undefined {
  if (!rotation?.enabled) return undefined;
  const interval = rotationInterval(rotation.rules);
  return interval === undefined ? undefined : new Date((lastRotated ?? created).getTime() + interval);
}

/** In ms. */
function rotationInterval(rules: RotationRules): number | undefined {
  if (rules.AutomaticallyAfterDays !== undefined) return rules.AutomaticallyAfterDays * UNITS.day;
  const rate = RATE.exec(rules.ScheduleExpression ?? '')?.groups;
  if (rate === undefined) return undefined;
  return Number(rate['count']) * (rate['unit'] === 'hour' ? UNITS.hour : UNITS.day);
}
