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

test('the announcement tells the mode, and in required mode why there is no demo', () => {
  const place = { url: 'http://localhost:1', cwd: '/', repoDir: '/r' };
  const task = { id: 'task_1', status: 'queued', stage: undefined, seq: 1, isNew: true } as const;
  for (const text of [announceDemo(place, task), announceEmpty(place)]) {
    expect(text).toMatch(/^ {2}Mode +open: /m);
  }
  const required = announceRequired(place.url);
  expect(required).toMatch(/^ {2}Mode +required: /m);
  expect(required).toMatch(/\n {2}There is no demo: [^\n]*$/);
  expect(required).not.toContain('curl');
});
