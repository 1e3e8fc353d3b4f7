import { expect, it } from 'vitest';
import { getDecoder, getEncoder } from '../../../build/stand-ins/iconv-lite.ts';

it('text is read and written as UTF-8', () => {
  const decoder = getDecoder();
  expect(decoder.write(Buffer.from('d0b7d0', 'hex')) + decoder.write(Buffer.from('b0', 'hex'))).toBe('за');
  expect(decoder.end()).toBe('');

  const encoder = getEncoder();
  expect(encoder.write('за').toString('hex')).toBe('d0b7d0b0');
  expect(encoder.end()).toBeUndefined();
});

it('bytes that are no UTF-8 show as such, and break nothing', () => {
  expect(getDecoder().write(Buffer.from('caf\xe9!', 'latin1'))).toBe('caf\ufffd!');
});
