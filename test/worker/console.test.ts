import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';

describe('the console', () => {
  it('is where the front door leads, and has one address', async () => {
    for (const path of ['/', '/console']) {
      const answer = await ask(path, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('Location')]).toEqual([307, '/console/']);
    }
  });

  it('has no page in the place of a file that is missing', async () => {
    for (const path of ['/console/assets/gone.js', '/console/assets/gone', '/console/gone.css']) {
      const answer = await ask(path);
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not_found' }]);
    }
  });
});
