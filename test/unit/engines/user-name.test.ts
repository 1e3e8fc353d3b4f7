import { describe, expect, it } from 'vitest';
import { mysql } from '../../../functions/engines/mysql/index.ts';
import { postgres } from '../../../functions/engines/postgres/index.ts';
import { thrownBy } from '../support/canaries.ts';

const NAMES = [
  { engine: postgres, secretEngine: 'postgres', longest: 'a'.repeat(63), limit: '63 bytes' },
  { engine: postgres, secretEngine: 'aurora-postgresql', longest: `a${'ü'.repeat(31)}`, limit: '63 bytes' },
  { engine: mysql, secretEngine: 'mysql', longest: 'a'.repeat(32), limit: '32 characters' },
  { engine: mysql, secretEngine: 'aurora-mysql', longest: 'ü'.repeat(32), limit: '32 characters' },
  { engine: mysql, secretEngine: 'mysql', longest: '😀'.repeat(32), limit: '32 characters' },
  { engine: mysql, secretEngine: 'mariadb', longest: 'a'.repeat(80), limit: '80 characters' },
];

describe.each(NAMES)('a user name on $secretEngine', ({ engine, secretEngine, longest, limit }) => {
  it(`may have ${limit}, as ${longest.slice(-2)} …`, () => {
    expect(() => engine.assertUsername(longest, secretEngine)).not.toThrow();
  });

  it('is refused when it is longer', async () => {
    const failure = await thrownBy(() => engine.assertUsername(`${longest}a`, secretEngine));
    expect(failure.name).toBe('UserNameRefused');
    expect(failure.message).toContain(`is longer than the ${limit}`);
  });
});
