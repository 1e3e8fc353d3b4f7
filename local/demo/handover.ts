import type { Database } from './database.ts';
import type { Handover, Strategy } from './observation.ts';

/** What a strategy can do on a database: words, promises and what the report counts follow from it. */
export function handoverOf(
  strategy: Strategy,
  { allowDualPasswords }: Pick<Database, 'allowDualPasswords'>,
): Handover {
  if (strategy === 'alternating-users') return 'two-users';
  return allowDualPasswords === undefined ? 'one-password' : 'dual-passwords';
}
