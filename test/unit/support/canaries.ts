import { inspect } from 'node:util';
import { afterEach, expect } from 'vitest';

/** What must never be printed. Each is a word of its own, so that a failing test says which of them leaked. */
export const CANARY = {
  current: 'canary-current-1Kq',
  pending: 'canary-pending-2Wx',
  previous: 'canary-previous-3Rt',
  superuser: 'canary-superuser-4Pz',
  generated: 'canary-generated-5Mv',
  rotationToken: 'canary-rotation-token-6Jb-0123456789abcdef',
} as const;

const witnessed: unknown[] = [];

/** Hands a log line or an error on, and has it searched for canaries when the test ends. */
export function witness<T>(thing: T): T {
  witnessed.push(thing);
  return thing;
}

/* Whoever imports this module has the check after each of its tests. */
afterEach(() => {
  for (const thing of witnessed.splice(0)) expect(canariesIn(thing)).toEqual([]);
});

/** What the work was rejected with; fails the test when it was not, or with something that is no Error. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const outcome = await work.then(
    () => 'it succeeded',
    (error: unknown) => witness(error),
  );
  if (outcome instanceof Error) return outcome;
  throw new Error(`an Error was expected, but ${String(outcome)}`);
}

/** The same for a function that throws at once. */
export function thrownBy(work: () => unknown): Promise<Error> {
  return failureOf((async () => work())());
}

/** The names of the canaries that show in any text that a thing can be turned into. */
export function canariesIn(thing: unknown): string[] {
  const text = everyPrintOf(thing);
  return Object.entries(CANARY).flatMap(([name, canary]) => (text.includes(canary) ? [name] : []));
}

function everyPrintOf(thing: unknown): string {
  return [
    `${thing}`,
    inspect(thing, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    jsonOf(thing),
    JSON.stringify(allOf(thing)),
  ].join('\n');
}

/** What a logger makes of it; nothing for what goes round in a circle, which `allOf` copies. */
function jsonOf(thing: unknown): string | undefined {
  try {
    return JSON.stringify(thing);
  } catch {
    return undefined;
  }
}

/** A copy with what JSON and the console leave out of an error: its message, stack, causes and hidden properties. */
function allOf(thing: unknown, seen: ReadonlySet<unknown> = new Set()): unknown {
  if (typeof thing !== 'object' || thing === null || seen.has(thing))
    return thing === null ? null : String(thing);
  const within = new Set(seen).add(thing);
  return Object.fromEntries(
    Object.getOwnPropertyNames(thing).map((key) => [
      key,
      allOf((thing as Record<string, unknown>)[key], within),
    ]),
  );
}
