/** Says who goes next, wherever more than one could. */
export interface Turns {
  next(ready: readonly string[]): string;
}

/**
 * All orders in which whoever is under way is made to wait for somebody else at most `mostSwitches` times; who waits for
 * something himself makes room for nothing. Races are known to show with one or two such switches. (Musuvathi and Qadeer,
 * "Iterative context bounding", PLDI 2007)
 *
 * Each must be played to its end before the next one is taken: what there is to choose from shows on the way.
 * @param first who is under way from the beginning; nobody by default
 */
export function* orders(mostSwitches: number, first = ''): Generator<Turns> {
  let script: readonly number[] | undefined = [];
  while (script !== undefined) {
    const choices: Choice[] = [];
    yield turnsOf(script, choices, mostSwitches, first);
    script = scriptAfter(choices);
  }
}

interface Choice {
  readonly options: number;
  readonly taken: number;
}

function turnsOf(script: readonly number[], choices: Choice[], mostSwitches: number, first: string): Turns {
  let underWay = first;
  let switches = 0;
  return {
    next(ready) {
      const goesOn = ready.includes(underWay);
      const options = goesOn ? [underWay, ...ready.filter((name) => name !== underWay)] : ready;
      const taken = script[choices.length] ?? 0;
      choices.push({ options: goesOn && switches === mostSwitches ? 1 : options.length, taken });
      if (goesOn && taken > 0) switches += 1;
      const [next] = options.slice(taken);
      if (next === undefined) throw new Error('The same order led to another choice than before.');
      underWay = next;
      return next;
    },
  };
}

/** The same choices up to the last one that leaves another; undefined when none does. */
function scriptAfter(choices: readonly Choice[]): readonly number[] | undefined {
  const last = choices.findLastIndex(({ options, taken }) => taken + 1 < options);
  if (last < 0) return undefined;
  return [...choices.slice(0, last).map(({ taken }) => taken), (choices[last]?.taken ?? 0) + 1];
}
