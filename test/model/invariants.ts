import { currentLogin, logsIn, type Strategy, UNKNOWN, type World } from './world.ts';

export interface Witness {
  readonly strategy: Strategy;
  readonly world: World;
  /** Users that log in and cannot do what the first one could. */
  readonly rightless: readonly string[];
  /** A person has stored a password as AWSCURRENT that the database does not have. */
  readonly careless: boolean;
  /** All that the function has logged and thrown. */
  readonly output: string;
  /** What must be nowhere in it. */
  readonly secrets: readonly string[];
}

/** What must hold at every moment, whatever happened: the names are those of the design. */
export function violations({ strategy, world, rightless, careless, output, secrets }: Witness): string[] {
  const found: string[] = [];
  const current = currentLogin(world);
  if (strategy === 'alternating-users' && !careless && !logsIn(world, current)) {
    found.push('I1: AWSCURRENT does not log in');
  }
  const stored = Object.values(world.values).filter((login) => login !== null);
  if (strategy === 'single-user' && !stored.some((login) => logsIn(world, login))) {
    found.push('I2: no stored version logs in');
  }
  for (const [username, password] of Object.entries(world.passwords)) {
    if (password === UNKNOWN) found.push(`I3: the password of ${username} is stored nowhere`);
  }
  for (const username of rightless) found.push(`I4: ${username} logs in and lacks rights`);
  if (secrets.some((secret) => output.includes(secret))) found.push('I5: a secret is in the output');
  return found;
}
