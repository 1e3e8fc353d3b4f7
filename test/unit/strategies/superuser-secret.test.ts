import { describe, expect, it } from 'vitest';
import { superuserOf } from '../../../functions/strategies/superuser-secret.ts';
import { failureOf } from '../support/canaries.ts';
import { rotationStub } from '../support/rotation-stub.ts';
import { current, superuser } from '../support/secret-values.ts';

const rotationWith = (configured: string | undefined, replaced: Record<string, unknown> = {}) =>
  rotationStub({ environment: { SUPERUSER_SECRET_ARN: configured }, other: superuser(replaced) });

describe('the superuser secret', () => {
  it.each([
    ['of the function', undefined, 'arn:ours', 'arn:ours'],
    ['of the rotated secret, where the function has none', 'arn:ours', undefined, 'arn:ours'],
    ['of the rotated secret, where the function’s is empty', 'arn:ours', '', 'arn:ours'],
    ['that both name', 'arn:ours', 'arn:ours', 'arn:ours'],
  ])('is the one %s', async (_case, masterarn, configured, expected) => {
    const rotation = rotationWith(configured);
    const found = await superuserOf(current({ masterarn }), rotation);
    expect(found.username).toBe('admin');
    expect(rotation.otherSecret).toHaveBeenCalledExactlyOnceWith(expected, 'superuser secret');
  });

  it.each([
    ['both name different ones', 'arn:theirs', 'arn:ours', 'names another secret than'],
    [
      'neither names one',
      undefined,
      undefined,
      'has no "masterarn" and the function no SUPERUSER_SECRET_ARN',
    ],
    ['neither names one, the function with no text', undefined, '', 'has no "masterarn" and the function no'],
  ])('is not read when %s', async (_case, masterarn, configured, problem) => {
    const rotation = rotationWith(configured);
    const failure = await failureOf(superuserOf(current({ masterarn }), rotation));
    expect(failure.name).toBe('SuperuserSecretRefused');
    expect(failure.message).toContain(problem);
    expect(rotation.otherSecret).not.toHaveBeenCalled();
  });

  it.each([
    ['another host', {}, { host: 'db2.example.com' }, 'its "host" is not that of AWSCURRENT'],
    ['another port', {}, { port: 5433 }, 'its "port" is not that of AWSCURRENT'],
    [
      'no TLS where the rotated secret has it',
      {},
      { ssl: false },
      'it turns TLS off, which this secret does not',
    ],
  ])('is refused with %s', async (_case, ours, theirs, problem) => {
    const failure = await failureOf(superuserOf(current(ours), rotationWith('arn:ours', theirs)));
    expect(failure.name).toBe('SuperuserSecretRefused');
    expect(failure.message).toContain(problem);
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
