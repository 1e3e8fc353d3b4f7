import { type DatabaseSecret, differingKey, type Rotation } from '@rotation/core';
import type { Engine } from '../engines/engine.ts';
import { first } from './first.ts';
import { logsIn, PLACE } from './login.ts';
import { UNLABELLED_READ } from './pair.ts';

/** Each that is rejected may count towards a lock-out. */
const MOST_TRIES = 2;

/**
 * Whether the user that AWSPENDING names is one of this secret's own, so that it may be changed whatever it has: AWSPREVIOUS
 * names it, or a version without a label does that logs in. That one names it is not enough, since a rotation that was refused
 * somebody else's user, and then cancelled, has left such a version. But one of another place, from before the database was
 * moved, is taken at its word: neither place may be told what the other one's password is.
 */
export async function isKnown(engine: Engine, pending: DatabaseSecret, rotation: Rotation): Promise<boolean> {
  const previous = await rotation.previous();
  if (previous?.username === pending.username) return true;
  let tries = MOST_TRIES;
  for await (const secret of first(UNLABELLED_READ, rotation.unlabelled())) {
    if (secret.username !== pending.username) continue;
    if (differingKey(PLACE, pending, secret) !== undefined) return true;
    if (await logsIn(engine, { ...secret, dbname: pending.dbname }, rotation)) return true;
    tries -= 1;
    if (tries === 0) return false;
  }
  return false;
}
