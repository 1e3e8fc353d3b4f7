const MILLISECONDS_PER_SECOND = 1_000;
/** From here on seconds are easier to read. */
const LONG = 1_000;

/** A duration given in ms, as people say it. */
export function duration(milliseconds: number): string {
  if (milliseconds >= LONG) return `${(milliseconds / MILLISECONDS_PER_SECOND).toFixed(1)} s`;
  return `${Math.round(milliseconds)} ms`;
}

/** With a comma at the thousands. */
export const count = (number: number): string => number.toLocaleString('en-US');

/** A number of things, in the singular or the plural. */
export const counted = (number: number, thing: string): string =>
  `${count(number)} ${thing}${number === 1 ? '' : 's'}`;

/** The middle value, or undefined of no values. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

/** Rows of cells as lines: the first column flush left, the others flush right. */
export function table(rows: readonly (readonly string[])[], gap = '   '): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(gap),
  );
}
