import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCidr, isWithin } from '../../src/contract/cidr.ts';

describe('networks', () => {
  it.each(['10.0.0.0/8', '203.0.113.7', '0.0.0.0/0', '::/0', '2001:db8::/32', '::ffff:1.2.3.4'])(
    '%s is one',
    (text) => expect(isCidr(text)).toBe(true),
  );
  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '256.0.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '1::2::3',
    ':1',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '::/129',
    'localhost',
  ])('%s is none', (text) => expect(isCidr(text)).toBe(false));

  it('hold their own addresses and no others', () => {
    expect(isWithin('10.255.255.255', '10.0.0.0/8')).toBe(true);
    expect(isWithin('11.0.0.0', '10.0.0.0/8')).toBe(false);
    expect(isWithin('::ffff:10.0.0.1', '10.0.0.0/8')).toBe(true);
    expect(isWithin('2001:db8:ffff::', '2001:db8::/32')).toBe(true);
    expect(isWithin('2001:db9::', '2001:db8::/32')).toBe(false);
    expect(isWithin('10.0.0.0/7', '10.0.0.0/8')).toBe(false);
    expect(isWithin('1.2.3.4', '::/0')).toBe(false);
  });

  it('law: a network holds what it is narrowed to', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(32), fc.nat(32), (ip, a, b) => {
        const [wide, narrow] = [Math.min(a, b), Math.max(a, b)];
        expect(isWithin(ip, `${ip}/${narrow}`)).toBe(true);
        expect(isWithin(`${ip}/${narrow}`, `${ip}/${wide}`)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.ipV6(), fc.nat(128), (ip, prefix) => {
        expect(isWithin(ip, `${ip}/${prefix}`)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
