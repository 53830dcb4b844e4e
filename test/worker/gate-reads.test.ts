// What is only read at gates changes nothing, whatever its query says.

import { describe, expect, it } from 'vitest';
import { askRequired, bearer } from './ask.ts';
import { newAskingWorld } from './gate-world.ts';
import { newPat, newPerson } from './people.ts';
import { ownPage, signInAs } from './signin-world.ts';
import { OPERATIONS } from './walk/operations.ts';
import { allEvents, getTask } from './world.ts';

const READS = OPERATIONS.filter(({ method, path }) => method === 'GET' && path.includes('/gates'));

describe('a gate', () => {
  it('A GET never decides', async () => {
    const { projectId, taskId, asAgent } = await newAskingWorld();
    const { body: gate } = await asAgent();
    const person = await newPerson({ [projectId]: 'owner' });
    const { token } = await newPat(person);
    const { cookie } = await signInAs(person);
    const before = [await allEvents(taskId), await getTask(taskId)];
    const named = READS.map(({ path }) =>
      path
        .replace('{id}', taskId)
        .replace('{gateName}', gate.id)
        .replace(/\{\w+\}/g, 'x'),
    );
    expect(named.length).toBeGreaterThan(5);
    const verbs = ['approve', 'reject', 'waive', 'edit', 'withdraw', 'cancel', 'consume'];
    const posts = verbs.map((verb) => `/tasks/${taskId}/gates/${gate.id}/${verb}`);
    const pages = [`/g/${gate.id}`, `/gates/${gate.id}`, '/inbox', '/gates/decisions'];
    for (const path of [...named, ...posts, ...pages]) {
      const words = ['approve', 'reject'].map((word) => `decision=${word}&do=${word}`);
      for (const said of ['', ...words.map((text) => `${text}&actionHash=${gate.actionHash}`)]) {
        const query = new URLSearchParams(said);
        if (path.startsWith('/g/')) query.set('plain', '1');
        if (path.endsWith('/wait')) query.set('timeoutMs', '0');
        if (!path.startsWith('/g/') && said === '') query.set('projectId', projectId);
        for (const headers of [bearer(token), ownPage(cookie)]) {
          const answer = await askRequired(`${path}?${query}`, { method: 'GET', headers });
          expect(answer.status).toBeLessThan(500);
        }
      }
    }
    expect([await allEvents(taskId), await getTask(taskId)]).toEqual(before);
  });
});
