import { describeMachine } from '../machine.ts';
import { markdown } from '../markdown.ts';
import type { Spread } from '../spread.ts';
import { type ColdResult, type LoadingCost, NODE_PARTS, type State } from './cold.ts';
import { CODE_PARTS } from './parts.ts';

const STATES = ['before', 'now'] as const satisfies readonly State[];
const BYTES_PER_KILOBYTE = 1_000;

/** The results as tables in Markdown. */
export function reportOf({ machine, date, repeat, functions }: ColdResult): string {
  return [
    `${date}, ${describeMachine(machine)}. Medians of ${repeat} processes of each.`,
    ...functions.flatMap(({ name, costs }) => [`**${name}**`, table(costs)]),
  ].join('\n\n');
}

function table(costs: Readonly<Partial<Record<State, LoadingCost>>>): string {
  const measured = STATES.flatMap((state) => {
    const cost = costs[state];
    return cost ? [{ state, cost }] : [];
  });
  const row = (
    part: string,
    time: (cost: LoadingCost) => string,
    size: (cost: LoadingCost) => string = () => '',
  ) => [part, ...measured.map(({ cost }) => time(cost)), ...measured.map(({ cost }) => size(cost))];
  return markdown(
    [
      [
        'part',
        ...measured.map(({ state }) => `${state}, CPU ms`),
        ...measured.map(({ state }) => `${state}, kB`),
      ],
      ...NODE_PARTS.map((part) => row(`Node: ${part}`, ({ node }) => milliseconds(node[part].median))),
      row('reading and compiling the code', ({ code, shares }) => milliseconds(code.median * shares.reading)),
      ...CODE_PARTS.map((part) =>
        row(
          part,
          ({ code, shares }) => milliseconds(code.median * shares[part]),
          ({ sizes }) => kilobytes(sizes[part]),
        ),
      ),
      row(
        'all of it',
        ({ node, code }) => milliseconds(sum([...Object.values(node), code].map(medianOf))),
        ({ sizes }) => kilobytes(sum(Object.values(sizes))),
      ),
    ],
    1,
  );
}

const medianOf = ({ median }: Spread) => median;

const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);

const milliseconds = (time: number) => time.toFixed(1);

const kilobytes = (bytes: number) => (bytes / BYTES_PER_KILOBYTE).toFixed();
