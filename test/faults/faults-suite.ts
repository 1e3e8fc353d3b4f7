import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWireProxy } from '../support/wire-proxy/wire-proxy.ts';
import { runMatrix } from './matrix.ts';
import { serverLogLeaks } from './server-log-leaks.ts';
import { setupOf, setupsOn } from './setup.ts';
import { complaints } from './task.ts';
import { type EngineName, openWorld, type World } from './world.ts';

/** Far fewer than any rotation has: below it the matrix would have looked at nothing. */
const FEWEST_POINTS = 20;

/** Some fifty rotations, with all that belongs to them, while other tests want the processors as well. In ms. */
const MATRIX_TIMEOUT = 240_000;

/** A part of the matrix that every test run affords: each point once, in the way that leaves the most to be found out. */
export function describeFaults(engine: EngineName): void {
  describe(engine, () => {
    let world: World;

    beforeAll(async () => {
      world = await openWorld(engine);
    });
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
    });

    it('is watched on the wire, login by login and statement by statement', async () => {
      const seen: string[] = [];
      await using proxy = await startWireProxy(world.server, (exchange) => ({
        delivered: true,
        answered: (verdict) => {
          const what = exchange.kind === 'login' ? `login of ${exchange.username}` : exchange.text;
          return seen.push(`${what}: ${verdict}`) > 0;
        },
      }));
      const { username, password } = world.server.superuser;
      const through = (password: string) => world.logIn({ username, password }, proxy.port);

      const session = await through(password);
      expect(await session.query("SELECT 1 AS n, 'x' AS t UNION SELECT 2, 'y'")).toHaveLength(2);
      await expect(session.query('SELECT nothing_of_this_name')).rejects.toThrow();
      expect(await session.query('SELECT 3 AS n')).toMatchObject([{ n: 3 }]);
      await session.close();
      await expect(through('wrong')).rejects.toThrow();

      expect(seen).toEqual([
        `login of ${username}: accepted`,
        "SELECT 1 AS n, 'x' AS t UNION SELECT 2, 'y': accepted",
        'SELECT nothing_of_this_name: refused',
        'SELECT 3 AS n: accepted',
        `login of ${username}: refused`,
      ]);
    });

    it.each(rotationsOn(engine))(
      'ends well with $strategy ($rotationsBefore rotations before) when any one answer is lost, the rotation is given up and another is started',
      async (rotation) => {
        const { points, refusedLogins, results } = await runMatrix(world, {
          ...rotation,
          select: ({ fault, way }) => fault === 'answer is lost' && way === 'label stripped, new token',
        });
        expect(points.length).toBeGreaterThan(FEWEST_POINTS);
        expect(results).toHaveLength(points.length);
        expect(complaints({ refusedLogins, results, leaks: serverLogLeaks(world) })).toEqual([]);
      },
      MATRIX_TIMEOUT,
    );
  });
}

/** The first of each strategy, and those that begin otherwise. */
function rotationsOn(engine: EngineName) {
  return setupsOn(engine).flatMap((strategy) =>
    setupOf(strategy).beginnings.flatMap((beginning, rotationsBefore) =>
      rotationsBefore === 0 || Object.keys(beginning).length > 0 ? [{ strategy, rotationsBefore }] : [],
    ),
  );
}
