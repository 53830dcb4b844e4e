import { describe, expect, it } from 'vitest';
import { browserOf, proofOf } from '../../console/src/pages/access/signin-words.ts';

describe('a sign-in in words', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
      'Chrome 156 on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0',
      'Edge 150 on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari 18 on iOS',
    ],
    ['curl/8.9.1\u202e', 'curl/8.9.1\ufffd'],
    ['', 'unknown'],
  ])('%s', (userAgent, words) => {
    expect(browserOf(userAgent)).toBe(words);
  });

  it('says by what it was proved', () => {
    expect(proofOf(['pop', 'user'])).toBe('passkey');
    expect(proofOf(['otp'])).toBe('link or recovery code');
    expect(proofOf(['new'])).toBe('new');
  });
});
