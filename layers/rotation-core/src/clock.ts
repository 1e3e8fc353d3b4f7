const MILLISECONDS_PER_SECOND = 1_000;
const NANOSECONDS_PER_MILLISECOND = 1_000_000;

/** In ms, of a clock that nobody sets. Node's `performance` has one too, and loads a dozen modules for whoever asks it first. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * MILLISECONDS_PER_SECOND + nanoseconds / NANOSECONDS_PER_MILLISECOND;
}
