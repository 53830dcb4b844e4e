// The server's side of a gate, or that of a runner's proxy: what it says next is a script.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Heard {
  readonly method: string | undefined;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}
export type Said = readonly [status: number, body: object];

export const PUSH = {
  type: 'git.push',
  target: { remote: 'origin', branch: 'main' },
  params: { head: 'a'.repeat(40) },
};

/** A gate as it is told, pending unless said otherwise. */
export const gateOf = (fields: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id: 'gate_1', name: 'push', status: 'pending', state: 'pending' },
  ...{ action: PUSH, actionHash: 'sha256:x', ...fields },
});

/** Answers in order, each once; more than that was not expected. */
export const gateServer = async (...script: readonly Said[]) => {
  const heard: Heard[] = [];
  const left = [...script];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { method, url: path = '', headers } = request;
    const body: Heard['body'] = JSON.parse(text === '' ? '{}' : text);
    heard.push({ method, path, authorization: headers.authorization, body });
    const [status, said] = left.shift() ?? [400, { code: 'out_of_script', error: 'Nothing left' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, heard };
};
