import { describe, expect, it } from 'vitest';
import { lockOf } from '../../../functions/strategies/login.ts';

describe('the name of a lock', () => {
  it.each([
    [['app'], 'secrets-rotation ["app"]'],
    [['app', 'app_clone'], 'secrets-rotation ["app","app_clone"]'],
    [['app_clone', 'app'], 'secrets-rotation ["app","app_clone"]'],
    [['o"x'], 'secrets-rotation ["o\\"x"]'],
  ])('for %j is %j', (usernames, name) => {
    expect(lockOf(usernames)).toBe(name);
  });

  it('is another for a name that looks like two', () => {
    expect(lockOf(['a","b'])).not.toBe(lockOf(['a', 'b']));
  });
});
