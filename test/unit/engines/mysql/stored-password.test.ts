import { describe, expect, it } from 'vitest';
import { isHashOf } from '../../../../functions/engines/mysql/stored-password.ts';

const LONG = 'é'.repeat(40);
/** `HEX(authentication_string)`, as MySQL 9.7.4 has it; the last as MariaDB 11.8 has it. */
const STORED = [
  [
    'caching_sha2_password',
    'x',
    '2441243030412401015B607C4B4572345E171D3C7A3D56572B47475758674F4D416A52707533363056512E36573750342F31522E4E634E4C495863756E4855366B4F4C634B37',
  ],
  [
    'caching_sha2_password',
    'Current-password-1',
    '24412430304124173A5D637C065D4B5E7C42306B12481473750D3B30484E68495233766C4F316C55772F5079526F6151326831504A6447544B314945567375736B5452525638',
  ],
  [
    'caching_sha2_password',
    LONG,
    '244124303041243F351376467D301458090A640B1F3544172D045F547A467641315457713577774D39754B6E55643962354E6E542F5746534E34466A4A727271666A306A7A38',
  ],
  [
    'sha256_password',
    'Current-password-1',
    '243524135C5E64154C421D413B7B6A595837251D4F745D24674258363371795447665946334673754F5478373234456A756A68444378705271537653564D6576576E38',
  ],
  [
    'sha256_password',
    LONG,
    '2435244E0A6F391E5261237D5F11211303424A3A6D7B2724523531434764674A4E32566B4E3031434F35342E49634343427564696E412F736B6F5065575055786A6431',
  ],
  [
    'mysql_native_password',
    'password',
    Buffer.from('*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19').toString('hex'),
  ],
] as const;

describe('what a server stores as a password', () => {
  it.each(STORED)('with %s is told to be of %s', (_plugin, password, stored) => {
    expect(isHashOf(Buffer.from(stored, 'hex'), password)).toBe(true);
  });

  it.each(STORED)('with %s is of no other password than %s', (_plugin, password, stored) => {
    for (const other of [`${password}!`, password.slice(1), password.toUpperCase()])
      expect(isHashOf(Buffer.from(stored, 'hex'), other)).toBe(false);
  });

  it('is of nobody when it is empty', () => {
    expect(isHashOf(Buffer.of(), 'x')).toBe(false);
    expect(isHashOf(Buffer.of(), '')).toBe(false);
  });
});
