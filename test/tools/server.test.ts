import { expect, test } from 'vitest';
import { describeFailure } from '../../tools/dev/server.ts';

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
