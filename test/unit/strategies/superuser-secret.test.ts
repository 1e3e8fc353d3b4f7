import { describe, expect, it } from 'vitest';
import { hasSuperuser, superuserOf } from '../../../functions/strategies/superuser-secret.ts';
import { failureOf } from '../support/canaries.ts';
import { rotationStub } from '../support/rotation-stub.ts';
import { current, superuser } from '../support/secret-values.ts';

const rotationWith = (configured: string | undefined, replaced: Record<string, unknown> = {}) =>
  rotationStub({ environment: { SUPERUSER_SECRET_ARN: configured }, other: superuser(replaced) });

describe('the superuser secret', () => {
  it.each([
    ['of the function', undefined, 'arn:ours', 'arn:ours'],
    ['of the rotated secret, where the function takes any', 'arn:ours', '*', 'arn:ours'],
    ['that both name', 'arn:ours', 'arn:ours', 'arn:ours'],
    ['that it picks of the function’s', 'arn:ours', 'arn:theirs, arn:ours ,', 'arn:ours'],
    [
      'that it names without its random end',
      'arn:a:secret:db',
      'arn:a:secret:db-Ab3dEf',
      'arn:a:secret:db-Ab3dEf',
    ],
    ['that it names exactly, before one that it may mean', 'arn:db', 'arn:db-Ab3dEf,arn:db', 'arn:db'],
  ])('is the one %s', async (_case, masterarn, configured, expected) => {
    const rotation = rotationWith(configured);
    const rotated = current({ masterarn });
    const found = await superuserOf(rotated, rotation);
    expect(found.username).toBe('admin');
    expect(rotation.otherSecret).toHaveBeenCalledExactlyOnceWith(expected, 'superuser secret', rotated);
  });

  it.each([
    ['both name different ones', 'arn:theirs', 'arn:ours', 'names another secret than'],
    ['the function names others', 'arn:theirs', 'arn:ours,arn:ours-too', 'names another secret than'],
    ['the names only begin alike', 'arn:db', 'arn:db-of-others,arn:db-Ab3dEfG', 'names another secret than'],
    ['it names more than the function’s', 'arn:db-Ab3dEf', 'arn:db', 'names another secret than'],
    [
      'the function names several and it none',
      undefined,
      'arn:ours,arn:theirs',
      'names more than one secret',
    ],
    ['the function takes any and it names none', undefined, '*', 'names more than one secret'],
    ['the function names none', 'arn:ours', undefined, "the function's SUPERUSER_SECRET_ARN names none"],
    ['the function names none, in an empty text', 'arn:ours', '', 'SUPERUSER_SECRET_ARN names none'],
    ['neither names one', undefined, undefined, 'SUPERUSER_SECRET_ARN names none'],
  ])('is not read when %s', async (_case, masterarn, configured, problem) => {
    const rotation = rotationWith(configured);
    const failure = await failureOf(superuserOf(current({ masterarn }), rotation));
    expect(failure.name).toBe('SuperuserSecretRefused');
    expect(failure.message).toContain(problem);
    expect(rotation.otherSecret).not.toHaveBeenCalled();
  });

  it('is refused without TLS where the rotated secret has it', async () => {
    const failure = await failureOf(superuserOf(current(), rotationWith('arn:ours', { ssl: false })));
    expect(failure.name).toBe('SuperuserSecretRefused');
    expect(failure.message).toContain('it turns TLS off, which this secret does not');
  });

  it.each([
    ['TLS where the rotated secret has none', { ssl: false }, {}],
    ['no TLS where the rotated secret has none either', { ssl: false }, { ssl: false }],
    ['another database', {}, { dbname: 'postgres' }],
    ['the other engine of its family', {}, { engine: 'aurora-postgresql' }],
  ])('is taken with %s', async (_case, ours, theirs) => {
    const found = await superuserOf(current(ours), rotationWith('arn:ours', theirs));
    expect(found.ssl).toBe(!('ssl' in theirs));
  });
});

describe('a rotation that can do without a superuser', () => {
  it.each([
    ['has none where the function names none', '', 'arn:a', false],
    ['has the only one', 'arn:a', undefined, true],
    ['has the only one, named', 'arn:a', 'arn:a', true],
    ['has one of several, named', 'arn:a,arn:b', 'arn:b', true],
    ['has none of several when it names none', 'arn:a,arn:b', undefined, false],
    ['has any that it names', '*', 'arn:b', true],
    ['has none of any when it names none', '*', undefined, false],
  ])('%s', (_, configured, masterarn, expected) => {
    expect(hasSuperuser(current({ masterarn }), { SUPERUSER_SECRET_ARN: configured })).toBe(expected);
  });
});
