import { describe, expect, it } from 'vitest';
import { ask, askRequired } from './ask.ts';

describe('the console', () => {
  it('is where the front door leads, and has one address', async () => {
    for (const path of ['/', '/console']) {
      const answer = await ask(path, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('Location')]).toEqual([307, '/console/']);
    }
  });

  it('is for everybody, who is then asked to sign in: the page itself holds nothing', async () => {
    for (const path of ['/console', '/console/', '/console/inbox', '/console/tasks/task_1']) {
      const { status } = await askRequired(path, { redirect: 'manual' });
      // Without a build there is no page, and without a sign-in nobody is turned away.
      expect([200, 307, 404]).toContain(status);
    }
  });

  it('has no page in the place of a file that is missing', async () => {
    for (const path of ['/console/assets/gone.js', '/console/assets/gone', '/console/gone.css']) {
      const answer = await ask(path);
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not_found' }]);
    }
  });
});
