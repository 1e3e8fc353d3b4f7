import { describe, expect, it } from 'vitest';
import { passwordVerifier } from '../../../../functions/engines/postgres/password-verifier.ts';

/* The literals were computed with hashlib of Python 3.11, not with the code under test. */
const RFC_7677_SALT = 'W22ZaJ0SNY7soEsUEjb6gQ==';
const salt = Buffer.from(RFC_7677_SALT, 'base64');
const scram = (iterations: number) => ({ kind: 'scram-sha-256', iterations }) as const;

describe('a SCRAM verifier', () => {
  it('is that of RFC 7677, section 3', async () => {
    expect(await passwordVerifier(scram(4096), 'user', 'pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$' +
        'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  /** The StoredKey of the text that a password is prepared to, salted as above, after one iteration. */
  const STORED_KEY = {
    IX: 'Wz3o2EA1Zo3I3nxU1RS4TPT0Q6dupqCPQJzkkSBWV6U=',
    user: 'M0QyetRdbWG+0S7jNtH/iSh2fcdWT7M5/a7t72sL/7Y=',
    USER: 'B8jH0RdaKWRhuryLuwWGFSzKhCCbuqU/XZhJpMr6E7s=',
    a: 'TuV1n5LNJ4w3hmAPmKXgqkPq/nl52cBq4oi0Tc6gmmE=',
    'a b': 'CQ4EiVCRbkBp8JhW/GKlrnBaU9UIzI9e+S4FW7/+KOc=',
    é: 'QVCZjSUSwRHQoZmE168/3x8yMtno+s6dgDe6eA9Gobw=',
    'á (one character) and x': 'aECnDzS0jM4skC69j0e1sZIL3aNmu3w05+uSYahFg68=',
  } as const;

  it.each<[string, string, keyof typeof STORED_KEY]>([
    ['plain ASCII', 'user', 'user'],
    ['capitals', 'USER', 'USER'],
    ['a soft hyphen (RFC 4013, example 1)', 'I\u00adX', 'IX'],
    ['a feminine ordinal (RFC 4013, example 4)', '\u00aa', 'a'],
    ['a Roman numeral (RFC 4013, example 5)', '\u2168', 'IX'],
    ['a space', 'a b', 'a b'],
    ['a no-break space', 'a\u00a0b', 'a b'],
    ['an ideographic space', 'a\u3000b', 'a b'],
    ['a zero-width space, a space as PostgreSQL has it', 'a\u200bb', 'a b'],
    ['an accent of its own', 'e\u0301', 'é'],
    ['a composed accent', 'é', 'é'],
    ['an accent in the middle', 'a\u0301x', 'á (one character) and x'],
    ['a zero-width joiner', 'us\u200der', 'user'],
    ['a byte order mark', '\ufeffuser', 'user'],
    ['a variation selector', 'user\ufe0f', 'user'],
    ['full-width letters', 'ＵＳＥＲ', 'USER'],
  ])('prepares %s', async (_case, password, prepared) => {
    const verifier = await passwordVerifier(scram(1), 'user', password, salt);
    expect(verifier.split('$')[2]?.split(':')[0]).toBe(STORED_KEY[prepared]);
  });

  it('has a salt of its own each time, of 16 bytes', async () => {
    const form = /^SCRAM-SHA-256\$1:([A-Za-z0-9+/]{22}==)\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/;
    const one = form.exec(await passwordVerifier(scram(1), 'user', 'pencil'));
    const other = form.exec(await passwordVerifier(scram(1), 'user', 'pencil'));
    expect(one?.[1]).toBeDefined();
    expect(other?.[1]).not.toBe(one?.[1]);
  });
});

describe('an MD5 verifier', () => {
  it.each([
    ['app', 'pencil', 'md506d701b4dd9f7cbb00816251a451b978'],
    ['üser', 'pässö', 'md565dd5c9cf77485de6a5e7ab8cba465ec'],
  ])('of %s', async (username, password, verifier) => {
    expect(await passwordVerifier({ kind: 'md5' }, username, password)).toBe(verifier);
  });
});
