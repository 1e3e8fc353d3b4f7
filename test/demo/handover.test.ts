import { expect, it } from 'vitest';
import { handoverOf } from '../../local/demo/handover.ts';
import { mariadb, mysql } from '../../local/demo/mysql.ts';
import { postgres } from '../../local/demo/postgres.ts';

it.each([
  [postgres, 'single-user', 'one-password'],
  [mysql, 'single-user', 'dual-passwords'],
  [mariadb, 'single-user', 'one-password'],
  [postgres, 'alternating-users', 'two-users'],
  [mysql, 'alternating-users', 'two-users'],
  [mariadb, 'alternating-users', 'two-users'],
] as const)('says what $title can do: %#', (database, strategy, handover) => {
  expect(handoverOf(strategy, database)).toBe(handover);
});
