import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { HttpConnection } from '../../bench/client/http-connection.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers each request with these pieces, one packet each, and keeps what it was asked. */
const serve = (pieces: readonly string[]): Promise<{ url: string; asked: string[] }> => {
  const asked: string[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', async (data) => {
      asked.push(data.toString());
      for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
    });
  });
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : 0;
      resolve({ url: `http://127.0.0.1:${port}`, asked });
    });
  });
};

it.each<[string, readonly string[]]>([
  ['of a length', ['HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a":"é"}'.slice(0, -1), '}']],
  [
    'in chunks',
    [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n',
      '5\r\n:"é"\r\n',
      '1\r\n}\r\n0\r\n\r\n',
    ],
  ],
  ['in many pieces', ['HTTP/1.1 200', ' OK\r\ncontent-length: 10\r\n', '\r\n{"a":', '"é"}']],
])('reads an answer %s', async (_name, pieces) => {
  const { url } = await serve(pieces);
  const connection = await HttpConnection.open(url);
  await expect(connection.ask({ method: 'GET', path: '/' })).resolves.toMatchObject({
    status: 200,
  });
  connection.close();
});

it('sends the length of a body in bytes, and asks again over the same connection', async () => {
  const { url, asked } = await serve(['HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n']);
  const connection = await HttpConnection.open(url);
  await connection.expect({ method: 'POST', path: '/tasks', body: '"é"', token: 'slc_x' });
  await connection.expect({ method: 'GET', path: '/tasks' });
  connection.close();
  expect(asked).toHaveLength(2);
  expect(asked[0]).toContain('\r\nContent-Length: 4\r\n');
  expect(asked[0]).toContain('\r\nAuthorization: Bearer slc_x\r\n');
});

it('throws what a refusal says', async () => {
  const { url } = await serve(['HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno']);
  const connection = await HttpConnection.open(url);
  const asking = connection.expect({ method: 'GET', path: '/tasks' });
  await expect(asking).rejects.toThrow('GET /tasks answered 409: no');
  connection.close();
});
