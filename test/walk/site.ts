import { type Interceptor, passThrough } from '../../local/secrets-manager/interception.ts';
import { openLab, type SecretJson, type StrategyName } from '../support/rotation-lab.ts';
import { type TestDatabase, uniqueName } from '../support/test-database.ts';

const INITIAL = 'Initial-password-1';

/** A user, its secret and the function that rotates it: all is well, and has been rotated once. */
export async function openSite(database: TestDatabase, strategy: StrategyName) {
  const service: { intercept: Interceptor } = { intercept: passThrough };
  await using cleanUp = new AsyncDisposableStack();
  const lab = cleanUp.use(
    await openLab(database, strategy, { intercept: (call, answer) => service.intercept(call, answer) }),
  );
  const username = uniqueName('walk');
  for (const name of [username, `${username}_clone`]) cleanUp.defer(() => database.dropUser(name));
  await database.createUser(username, INITIAL);
  const secretArn = await lab.createSecret({
    username,
    password: INITIAL,
    ...(strategy === 'alternating-users' && { masterarn: await lab.createSecret(database.server.superuser) }),
  });
  const { kind, failures } = await lab.rotate(secretArn);
  if (kind !== 'succeeded') throw new Error(`the rotation ${kind}`, { cause: failures[0]?.error });
  const kept = cleanUp.move();

  return {
    database,
    lab,
    username,
    secretArn,
    /** What stands between the function and Secrets Manager. */
    service,

    current: (): Promise<SecretJson> => lab.readSecret(secretArn),

    /** Stores AWSCURRENT anew, with keys changed, as a person does. */
    async store(change: object): Promise<void> {
      await lab.putCurrent(secretArn, { ...(await lab.readSecret(secretArn)), ...change });
    },

    /** Undoes something when the walk has passed by, however that ended. */
    finally: (undo: () => Promise<unknown>) => kept.defer(async () => void (await undo())),

    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

export type Site = Awaited<ReturnType<typeof openSite>>;
