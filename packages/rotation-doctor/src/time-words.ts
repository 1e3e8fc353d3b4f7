const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
] as const;

/** A duration in its largest unit, such as `3 hours`; from two days on nobody asks for the hours. */
export function inWords(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? UNITS[3];
  const count = Math.floor(ms / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** `2026-01-31 03:00 UTC` */
export function utc(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function ago(date: Date, now: Date): string {
  return `${inWords(now.getTime() - date.getTime())} ago`;
}

/** A time before or after now: `2026-01-31 03:00 UTC (12 days ago)`. */
export function around(date: Date, now: Date): string {
  const ahead = date.getTime() - now.getTime();
  return `${utc(date)} (${ahead > 0 ? `in ${inWords(ahead)}` : ago(date, now)})`;
}

const WRITTEN = /^(?<count>\d+)(?<unit>[smhd])$/;
const WRITTEN_UNITS = { s: SECOND, m: MINUTE, h: HOUR, d: DAY } as const;

/** Reads `90s`, `10m`, `2h` or `1d` as ms; undefined when it is none of them. */
export function parseDuration(text: string): number | undefined {
  const { count, unit } = WRITTEN.exec(text)?.groups ?? {};
  return count === undefined ? undefined : Number(count) * WRITTEN_UNITS[unit as keyof typeof WRITTEN_UNITS];
}
