import type { Step } from '@rotation/core';
import { expect, it } from 'vitest';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import type { StrategyName } from '../support/rotation-lab.ts';
import { testDatabase } from '../support/test-database.ts';
import { startFallingSilent } from './falling-silent.ts';
import { openSite } from './site.ts';

interface Kind {
  readonly strategy: StrategyName;
  readonly step: Step;
  readonly before: readonly Step[];
  readonly ssl: boolean;
}

const KINDS: readonly Kind[] = [
  // The handshake is the protocol's own, or TLS's.
  { strategy: 'single-user', step: 'setSecret', before: ['createSecret'], ssl: false },
  { strategy: 'alternating-users', step: 'setSecret', before: ['createSecret'], ssl: true },
  { strategy: 'alternating-users', step: 'testSecret', before: ['createSecret', 'setSecret'], ssl: false },
  {
    strategy: 'alternating-users',
    step: 'finishSecret',
    before: ['createSecret', 'setSecret', 'testSecret'],
    ssl: false,
  },
];
const EVERYTHING = Number.POSITIVE_INFINITY;
/** The server greets, or answers to the wish for TLS, and lets in: before that, all of them wait for it. */
const FEWEST_ANSWERS = 3;

/*
 * A server that takes the connection and stays silent, one that stops in mid-handshake, and a connection of which only our
 * half is left are one thing: the server's answers end at some point. Here they do at every point.
 */
export function describeSilence(server: DatabaseServer): void {
  const database = testDatabase(server);

  it.each(KINDS)('a server may stop to answer anywhere in $step of $strategy, TLS $ssl', async (kind) => {
    const whole = await stopAfter(EVERYTHING, kind);
    expect(whole.failed).toBe(false);
    // At once, for each waits until its time is up.
    const points = Array.from({ length: whole.heard }, (_, answers) => answers);
    const ends = await Promise.all(points.map((answers) => stopAfter(answers, kind)));
    // Towards the end a step may have all that it needs: nobody waits for the answers to a farewell, and what two connections
    // are told at once comes in more pieces or fewer.
    const needed = ends.slice(0, Math.max(FEWEST_ANSWERS, whole.heard / 2));
    expect(needed.every(({ failed }) => failed)).toBe(true);
  });

  async function stopAfter(answers: number, { strategy, step, before, ssl }: Kind) {
    await using way = await startFallingSilent(database.server);
    await using site = await openSite(database, { strategy, place: { port: way.port, ssl } });
    for (const done of before) await site.run(done);
    way.allow(answers);
    const failure = await site.failureOf(step);
    const heard = way.heard();
    if (failure !== undefined) expect(failure).toMatchObject({ name: 'ConnectionTimedOut' });
    await site.expectNothingLost();
    way.allow(EVERYTHING);
    await site.expectRecovery();
    return { heard, failed: failure !== undefined };
  }
}
