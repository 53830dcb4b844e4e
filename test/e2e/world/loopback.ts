// Where a native application waits for its authorization response: a server on loopback.

import { createServer } from 'node:http';

export interface Loopback {
  readonly redirectUri: string;
  /** The whole URL that the browser was sent to next. */
  readonly landed: () => Promise<string>;
  readonly close: () => void;
}

export const listenOnLoopback = (): Promise<Loopback> =>
  new Promise((resolve, reject) => {
    const arrived: string[] = [];
    const waiting: ((url: string) => void)[] = [];
    let origin = '';
    const server = createServer((request, response) => {
      response.end('You may close this window.');
      if (!request.url?.startsWith('/callback')) return;
      const url = origin + request.url;
      const next = waiting.shift();
      if (next === undefined) arrived.push(url);
      else next(url);
    });
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      origin = `http://127.0.0.1:${port}`;
      resolve({
        redirectUri: `${origin}/callback`,
        landed: () => {
          const url = arrived.shift();
          return url === undefined
            ? new Promise((arrive) => waiting.push(arrive))
            : Promise.resolve(url);
        },
        close: () => server.close(),
      });
    });
  });
