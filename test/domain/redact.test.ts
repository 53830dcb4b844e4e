import { describe, expect, it } from 'vitest';
import { redact, redactText } from '../../src/domain/redact.ts';
import { SECRETS, x } from './secrets.ts';

describe('redaction', () => {
  it.each(Object.entries(SECRETS))(
    'masks a secret of the kind %s wherever it stands',
    (kind, secret) => {
      for (const text of [secret, `before ${secret} after`, `key="${secret}"`, `a\n${secret}\nb`]) {
        const clean = redactText(text);
        expect(clean).not.toContain(secret);
        expect(clean).toContain(`[redacted:${kind}]`);
      }
    },
  );

  it.each(['pat', 'cs', 'rt', 'ac', 'wst', 'dc', 'boot', 'inv', 'run'])(
    'masks our own secrets of the type %s whole, also longer ones and inside a protocol',
    (type) => {
      for (const length of [36, 37, 80]) {
        const text = `sluice.v1, ticket.slc_${type}_${x(length)}`;
        expect(redactText(text)).toBe('sluice.v1, ticket.[redacted:sluice]');
      }
    },
  );

  it('masks the value of an Authorization header and keeps its name', () => {
    const clean = redactText(`curl -H 'Authorization: Bearer ${x(20)}' https://example.com`);
    expect(clean).toContain('Authorization: Bearer [redacted:authorization]');
  });

  it('looks into every string of a value, keys too, and keeps its shape', () => {
    const secret = SECRETS['github'] ?? '';
    const value = {
      list: [secret, 1, null],
      deep: { [secret]: { text: `a ${secret}` } },
      flag: true,
    };
    const clean = redact(value);
    expect(JSON.stringify(clean)).not.toContain(secret);
    expect(clean).toMatchObject({ list: ['[redacted:github]', 1, null], flag: true });
  });

  it('leaves everything else as it is, and changes nothing the second time', () => {
    const plain = [
      'npm test',
      'sk-8 skis',
      'eyJ',
      'task_mwqtqylv_75241957939423a40b0f',
      '\u001b[31mred',
    ];
    for (const text of plain) expect(redactText(text)).toBe(text);
    for (const secret of Object.values(SECRETS)) {
      const once = redactText(secret);
      expect(redactText(once)).toBe(once);
    }
  });
});
