import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { makeServer } from '../src/server.js';

const server = makeServer();
let base = '';

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
});
after(() => server.close());

test('it greets by name', async () => {
  const answer = await fetch(`${base}/greeting?name=Ada`);
  assert.deepEqual(await answer.json(), { greeting: 'Hello, Ada!' });
});

test('an unknown path is 404', async () => {
  const answer = await fetch(`${base}/nothing`);
  assert.equal(answer.status, 404);
});
