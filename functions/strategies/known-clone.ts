import { type DatabaseSecret, differingKey, type Rotation } from '@rotation/core';
import type { Engine } from '../engines/engine.ts';
import { logsIn } from './login.ts';

/** Each is a call to Secrets Manager. */
const UNLABELLED_READ = 10;
/** Each that is rejected may count towards a lock-out. */
const MOST_TRIES = 2;

/**
 * Whether the user that AWSPENDING names is one of this secret's own, so that it may be changed whatever it has: AWSPREVIOUS
 * names it, or a version without a label logs in as it. That a version names it is not enough, since a rotation that was
 * refused somebody else's user, and then cancelled, has left one.
 */
export async function isKnown(engine: Engine, pending: DatabaseSecret, rotation: Rotation): Promise<boolean> {
  const previous = await rotation.previous();
  if (previous?.username === pending.username) return true;
  let [left, tries] = [UNLABELLED_READ, MOST_TRIES];
  for await (const secret of rotation.unlabelled()) {
    if (differingKey(['engine', 'host', 'port', 'ssl', 'username'], pending, secret) === undefined) {
      if (await logsIn(engine, { ...secret, dbname: pending.dbname }, rotation)) return true;
      tries -= 1;
    }
    left -= 1;
    if (left === 0 || tries === 0) return false;
  }
  return false;
}
