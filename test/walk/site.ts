import { startLambda } from '../../local/lambda/endpoint.ts';
import { type Interceptor, passThrough } from '../../local/secrets-manager/index.ts';
import { doctorAt } from '../support/doctor-terminal.ts';
import { openLab, type SecretJson, type StrategyName } from '../support/rotation-lab.ts';
import { type TestDatabase, uniqueName } from '../support/test-database.ts';

const INITIAL = 'Initial-password-1';
/** The operator comes when Secrets Manager has long stopped to try again. In ms. */
const TWO_HOURS = 2 * 60 * 60 * 1_000;

/** A user, its secret, the function that rotates it and the doctor: all is well, and has been rotated once. */
export async function openSite(database: TestDatabase, strategy: StrategyName) {
  const service: { intercept: Interceptor } = { intercept: passThrough };
  const passwords = new Set<string>();
  await using opening = new AsyncDisposableStack();
  const lab = opening.use(
    await openLab(database, strategy, {
      intercept(call, answer) {
        const { SecretString } = call.input as { SecretString?: string };
        if (SecretString !== undefined) passwords.add(JSON.parse(SecretString).password);
        return service.intercept(call, answer);
      },
    }),
  );
  const process = { invoke: lab.invoke, output: () => '' };
  const lambda = opening.use(await startLambda({ functions: [{ arn: lab.functionArn, process }] }));
  const username = uniqueName('walk');
  for (const name of [username, `${username}_clone`]) opening.defer(() => database.dropUser(name));
  await database.createUser(username, INITIAL);
  const secretArn = await lab.createSecret({
    username,
    password: INITIAL,
    ...(strategy === 'alternating-users' && { masterarn: await lab.createSecret(database.server.superuser) }),
  });
  const { kind, failures } = await lab.rotate(secretArn);
  if (kind !== 'succeeded') throw new Error(`the rotation ${kind}`, { cause: failures[0]?.error });
  const doctor = doctorAt({ api: lab.api, lambda, passwords });
  const opened = opening.move();

  return {
    database,
    lab,
    username,
    secretArn,
    /** What stands between the function and Secrets Manager. */
    service,

    /** Every password that ever was in a secret. */
    passwords,

    /** Has the doctor carry out a command on the secret. */
    doctor: (command: string, ...options: string[]) =>
      doctor([command, secretArn, ...options], { later: TWO_HOURS }),

    current: (): Promise<SecretJson> => lab.readSecret(secretArn),

    /** Stores AWSCURRENT anew, with keys changed, as a person does. */
    async store(change: object): Promise<void> {
      await lab.putCurrent(secretArn, { ...(await lab.readSecret(secretArn)), ...change });
    },

    /** Undoes something once the walk has passed by, however that ended. */
    afterwards: (undo: () => Promise<unknown>) => opened.defer(async () => void (await undo())),

    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export type Site = Awaited<ReturnType<typeof openSite>>;
