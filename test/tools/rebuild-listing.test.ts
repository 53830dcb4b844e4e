import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../tools/dev/port.ts';
import { rebuildListing } from '../../tools/rebuild-listing.ts';

/** A server that gives one answer after the other, and what it was asked. */
const serve = async (answers: readonly object[], status = 200) => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const answer = answers[asked.length];
      asked.push({ path: request.url, body });
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, asked };
};

test('it pages until there is no next page, and adds up', async () => {
  const { url, asked } = await serve([
    { ok: true, rebuilt: 100, removed: 1, next: 'a' },
    { ok: true, rebuilt: 20, removed: 2 },
  ]);
  const said: string[] = [];
  const sum = await rebuildListing({ url, projectId: 'prj_1' }, (line) => said.push(line));
  expect(sum).toEqual({ rebuilt: 120, removed: 3 });
  expect(said).toEqual(['100 rebuilt, 1 removed so far']);
  expect(asked).toEqual([
    { path: '/listing/rebuild?projectId=prj_1', body: {} },
    { path: '/listing/rebuild?projectId=prj_1', body: { after: 'a' } },
  ]);
});

test('a server that repeats its cursor does not keep it busy for ever', async () => {
  const page = { ok: true, rebuilt: 1, removed: 0, next: 'a' };
  const { url } = await serve([page, page]);
  await expect(rebuildListing({ url, projectId: undefined }, () => {})).rejects.toThrow(
    'same page',
  );
});

test('a refusal is told in the words of the server', async () => {
  const { url } = await serve([{ error: 'Only a person may do this' }], 403);
  const wanted = 'The server refused: Only a person may do this';
  await expect(rebuildListing({ url, projectId: undefined }, () => {})).rejects.toThrow(wanted);
});

test('a server that is not there is one sentence', async () => {
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const wanted = `No server answers at ${url}.`;
  await expect(rebuildListing({ url, projectId: undefined }, () => {})).rejects.toThrow(wanted);
});
