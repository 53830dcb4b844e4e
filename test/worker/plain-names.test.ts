// Names stand in lists, on the consent page and in terminals: one line that reads as it is written.

import { describe, expect, it } from 'vitest';
import { refusalOf } from './ask.ts';
import { signedIn } from './project-world.ts';

const REFUSED = [422, 'validation_failed'];

describe('a name', () => {
  it.each(['a\nb', 'a\u001b[31mb', 'a\u2028b', '\u202eabc', 'a\u2066b', '\u200f', '\ud800'])(
    '%j is none, of a project, a client or a token',
    async (name) => {
      const { ask } = await signedIn();
      const client = { name, kind: 'service', scopes: ['tasks:read'] };
      for (const [path, json] of [
        ['/v1/projects', { name }],
        ['/v1/clients', client],
        ['/v1/tokens', { name }],
      ] as const) {
        expect([path, ...(await refusalOf(await ask(path, { json })))]).toEqual([path, ...REFUSED]);
      }
    },
  );

  it.each(['Größe 10', 'مشروع', 'プロジェクト', '👩‍💻 work'])('%s is one', async (name) => {
    const { ask } = await signedIn();
    expect((await ask('/v1/projects', { json: { name } })).status).toBe(201);
    expect((await ask('/v1/tokens', { json: { name } })).status).toBe(201);
  });
});

it('the address of an environment holds no password', async () => {
  const { ask, projectId } = await signedIn();
  const path = `/v1/projects/${projectId}/environments/staging`;
  const patch = (url: string) => ask(path, { method: 'PATCH', json: { url } });
  for (const url of ['https://ada:secret@shop.example', 'https://ada@shop.example/']) {
    expect(await refusalOf(await patch(url))).toEqual(REFUSED);
  }
  expect((await patch('https://shop.example/@ada?at=a@b.example#x@y')).status).toBe(200);
});
