import { uniqueName } from '../support/test-database.ts';
import { CANARY, type Site } from './site.ts';
import { startVersions, type Versions } from './versions.ts';
import { LOCKED, type Login, UNKNOWN, type World } from './world.ts';

const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';

export interface Observation {
  readonly world: World;
  /** Users that log in and cannot do what the first one could. */
  readonly rightless: readonly string[];
}

/** One user with its secret, of which rotations and persons make what they like. */
export interface Subject extends AsyncDisposable {
  readonly site: Site;
  /** The user that the secret was made with. */
  readonly username: string;
  readonly arn: string;
  /** The secret as whoever has nothing to do with faults reads it. */
  readonly versions: Versions;
  /** Registers a rotation, as RotateSecret does, and returns its token. */
  start(): Promise<string>;
  /** A person takes AWSPENDING off. */
  cancel(token: string): Promise<void>;
  /** A person gives the user of AWSCURRENT another password; a careless one forgets the database. */
  putByHand(current: Login, careless: boolean): Promise<void>;
  observe(): Promise<Observation>;
}

export async function openSubject(site: Site): Promise<Subject> {
  const { accounts, api } = site;
  const username = uniqueName('m');
  const first = { username, password: `${CANARY}-first!` };
  await accounts.create(first);
  const versions = await startVersions(api, username, { ...site.place, ...first });
  /** By user and verifier: as long as this is the same, so is the password that is its own. */
  const proved = new Map<string, { readonly password: string; readonly lacksRights: boolean }>();
  let persons = 0;

  async function prove(user: string, verifier: string, passwords: readonly string[]) {
    const key = `${user} ${verifier}`;
    const known = proved.get(key);
    if (known !== undefined) return known;
    for (const password of passwords) {
      const use = await accounts.use({ username: user, password }, username);
      if (use === 'rejected') continue;
      const proof = { password, lacksRights: use === 'lacks rights' };
      proved.set(key, proof);
      return proof;
    }
    return undefined;
  }

  return {
    site,
    username,
    arn: versions.arn,
    versions,

    async start() {
      const token = versions.nextToken();
      await api.rotateSecret({
        SecretId: username,
        ClientRequestToken: token,
        RotationLambdaARN: LAMBDA_ARN,
        RotationRules: { AutomaticallyAfterDays: 30 },
      });
      return token;
    },

    async cancel(token) {
      await api.updateSecretVersionStage({
        SecretId: username,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: token,
      });
    },

    async putByHand({ username: user }, careless) {
      const login = { username: user, password: `${CANARY}-by-hand-${++persons}!` };
      if (!careless) await accounts.setPassword(login);
      await api.putSecretValue({
        SecretId: username,
        ClientRequestToken: versions.nextToken(),
        SecretString: JSON.stringify({ ...site.place, ...login }),
      });
    },

    async observe() {
      const { values, ...labels } = await versions.read();
      const newestFirst = Object.values(values).reverse();
      const passwords: Record<string, string> = {};
      const rightless: string[] = [];
      for (const { username: user, isOpen, verifier } of await accounts.list(username)) {
        const stored = newestFirst.flatMap((login) => (login?.username === user ? login.password : []));
        const proof = isOpen ? await prove(user, verifier, stored) : undefined;
        passwords[user] = proof?.password ?? (isOpen ? UNKNOWN : LOCKED);
        if (proof?.lacksRights) rightless.push(user);
      }
      return { world: { ...labels, values, passwords }, rightless };
    },

    [Symbol.asyncDispose]: () => accounts.drop(username),
  };
}
