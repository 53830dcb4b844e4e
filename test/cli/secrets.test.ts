import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PemLines } from '../../cli/run/pem-lines.ts';
import { Secrets } from '../../cli/run/secrets.ts';
import { redactionOf } from '../../tools/cli-redaction.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('secrets in the words of an agent', () => {
  it('are hidden by the very patterns of the server (`npm run gen` copies them)', () => {
    expect(readFileSync(`${ROOT}/cli/run/redact.ts`, 'utf8')).toBe(redactionOf(ROOT));
  });

  it('are the values of variables that are named like one, from eight characters on', () => {
    const secrets = new Secrets({
      ...{
        MY_TOKEN: 'tok-12345',
        A_SECRET: 's3cr3t$(x)',
        api_key: 'k'.repeat(8),
        DB_PASSWORD: 'päss"w\\rd',
      },
      ...{ SHORT_KEY: '1234567', SSH_KEY_PATH: '/home/me/.ssh/id', EDITOR: 'nano-editor' },
    });
    const said = 'tok-12345 s3cr3t$(x) kkkkkkkk päss"w\\rd 1234567 /home/me/.ssh/id nano-editor';
    const hidden = '[redacted:env]';
    expect(secrets.mask(said)).toBe(
      `${hidden} ${hidden} ${hidden} ${hidden} 1234567 /home/me/.ssh/id nano-editor`,
    );
    expect(secrets.mask(JSON.stringify({ said }))).not.toContain('w\\\\rd');
  });

  it('leave nothing of a longer one that holds a shorter', () => {
    const secrets = new Secrets({ A_KEY: 'abcdefgh', B_KEY: 'abcdefgh-ijkl' });
    expect(secrets.mask('abcdefgh-ijkl abcdefgh')).toBe('[redacted:env] [redacted:env]');
  });

  it('are hidden line by line where one has many lines', () => {
    const secrets = new Secrets({ SIGNING_KEY: `first-line-of-the-key\nsecond-line-of-the-key` });
    expect(secrets.mask('second-line-of-the-key')).toBe('[redacted:env]');
  });

  it('are the lines of a private key that is printed', () => {
    const pem = new PemLines();
    const lines = [
      'a',
      '-----BEGIN PRIVATE KEY-----',
      'TUlJRXZ',
      'QUJD=',
      '-----END PRIVATE KEY-----',
      'b',
    ];
    expect(lines.map((line) => pem.take(line))).toEqual(['a', '[redacted:pem]', '', '', '', 'b']);
    const cut = new PemLines();
    const broken = ['-----BEGIN RSA PRIVATE KEY-----', 'TUlJRXZ', 'error: no "key"', 'QUJD='];
    expect(broken.map((line) => cut.take(line))).toEqual([
      ...['[redacted:pem]', '', 'error: no "key"', 'QUJD='],
    ]);
  });
});
