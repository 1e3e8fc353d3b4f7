import { look } from './checked.ts';
import { type Model, retire } from './model.ts';
import type { Subject } from './subject.ts';
import { currentLogin } from './world.ts';

/** A person stores a new value as AWSCURRENT, which ends the rotation that is live. */
export async function putByHand(model: Model, subject: Subject, careless: boolean): Promise<void> {
  const before = model.world;
  const { username } = currentLogin(before);
  if (before.pending !== null) retire(model, before.pending);
  model.excuse.begin();
  await subject.putByHand(currentLogin(before), careless);
  model.careless = careless;
  await look(model, subject, (found) => {
    const login = currentLogin(found);
    const stored = { ...before.values, [found.current]: { username, password: login.password } };
    const passwords = careless ? before.passwords : { ...before.passwords, [username]: login.password };
    return [{ current: found.current, previous: before.current, pending: null, values: stored, passwords }];
  });
}
