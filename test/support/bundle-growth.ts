import { type Contents, kilobytes, OURS } from '../../build/contents.ts';

const BYTES_PER_KILOBYTE = 1_000;
/** What a package may grow by in an update that nobody need look at. */
const TOLERANCE = { share: 0.1, bytes: 1_000 };

/**
 * Tells in a line each which packages of a bundle are not as listed, in kB: larger by far, new, or gone. Our own sources are
 * not listed: they are what the bundle is for.
 */
export function growth({ packages }: Contents, listed: Readonly<Record<string, number>>): string[] {
  const grown = [...packages].flatMap(([name, bytes]) => {
    if (name === OURS) return [];
    const size = `${name} takes ${kilobytes(bytes)} kB`;
    const known = listed[name];
    if (known === undefined) return [`${size} and is not listed`];
    const allowed = known * BYTES_PER_KILOBYTE * (1 + TOLERANCE.share) + TOLERANCE.bytes;
    return bytes > allowed ? [`${size} and is listed with ${known} kB`] : [];
  });
  const gone = Object.keys(listed).filter((name) => !packages.has(name));
  return [...grown, ...gone.map((name) => `${name} is listed and not there`)];
}
