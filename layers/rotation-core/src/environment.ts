import { InvalidConfiguration } from './errors.ts';

/** The function's environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param absent what holds when the variable is not set
 * @throws InvalidConfiguration naming the variable
 */
export function flag(environment: Environment, name: string, absent: boolean): boolean {
  const text = environment[name]?.toLowerCase();
  if (text === undefined || text === '') return absent;
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new InvalidConfiguration(name, 'is neither true nor false');
}
