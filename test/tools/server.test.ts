import { expect, test } from 'vitest';
import { announceDemo, announceEmpty, announceRequired } from '../../tools/dev/announcement.ts';
import { describeFailure, serverArgs } from '../../tools/dev/server.ts';

test('a failure of the server is told without colours, banner and request lines', () => {
  const output = [
    ' ⛅️ wrangler 4.155.0',
    '────────────────────',
    '[wrangler:info] GET /health 200 OK (3ms)',
    '\u001b[31mUnexpected "="\u001b[0m',
    '',
  ];
  expect(describeFailure(output.join('\n'))).toBe('Unexpected "="');
});

test('the server gets the mode that was asked for', () => {
  const options = { root: '/', port: 1, stateDir: '/s', isVerbose: false } as const;
  expect(serverArgs(options)).toContain('AUTH_MODE:open');
  expect(serverArgs({ ...options, authMode: 'required' })).toContain('AUTH_MODE:required');
});

test('the server is one origin, whichever name of this machine it is asked by', () => {
  const options = { root: '/', port: 4000, stateDir: '/s', isVerbose: false } as const;
  const args = serverArgs(options);
  expect(args).toContain('PUBLIC_ORIGIN:http://localhost:4000');
  expect(args).toContain('ALLOW_LOOPBACK_TARGETS:1');
});

test('the server gets the secret of the first owner as a setting, where there is one', () => {
  const options = { root: '/', port: 1, stateDir: '/s', isVerbose: false } as const;
  expect(serverArgs(options).join(' ')).not.toContain('BOOTSTRAP');
  expect(serverArgs({ ...options, bootstrap: '1.ab' })).toContain('BOOTSTRAP:1.ab');
});

test('the announcement tells the mode, and in required mode how to come in', () => {
  const place = { url: 'http://localhost:1', cwd: '/', repoDir: '/r' };
  const task = { id: 'task_1', status: 'queued', stage: undefined, seq: 1, isNew: true } as const;
  for (const text of [announceDemo(place, task), announceEmpty(place)]) {
    expect(text).toMatch(/^ {2}Mode +open: /m);
  }
  const link = `${place.url}/bootstrap#slc_boot_x`;
  const required = announceRequired(place.url, link);
  expect(required).toMatch(/^ {2}Mode +required: /m);
  expect(required).toContain(link);
  expect(required).not.toContain('curl');
  expect(announceRequired(place.url, undefined)).toMatch(
    /^ {2}Sign in +http:\/\/localhost:1\/signin$/m,
  );
});
