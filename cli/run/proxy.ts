// The agent's way to the server: loopback only, this task only, with a token that is worth nothing
// elsewhere. The real agent token never enters the child.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { AgentReply } from './lease-gates.ts';
import { pauseFor } from './pause-for.ts';

const BODY_BYTES_MAX = 1_048_576;
const FILE_BYTES_MAX = 16_777_216;
/** How long an agent's report waits for a server that is being restarted. */
const OUTAGE_MS_MAX = 30_000;
const RETRY_MS = 500;

interface ProxyOptions {
  readonly serverUrl: string;
  readonly taskId: string;
  readonly agentToken: string;
  /** What may leave this machine of what the agent sends. */
  readonly mask: <T>(value: T) => T;
  /** Only the holder of the lease uses an approval; the agent has it used by its runner. */
  readonly useGate: (gateId: string) => Promise<AgentReply>;
}

/** Started for a lease, closed with it. */
export class AgentProxy {
  readonly token = `slx_${randomBytes(24).toString('base64url')}`;
  readonly #options: ProxyOptions;
  #agentToken: string;
  readonly #prefix = `/${randomBytes(16).toString('hex')}`;
  readonly #server: Server;
  readonly #closing = new AbortController();

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#agentToken = options.agentToken;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#prefix}`;
  }

  async start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    await promise;
  }

  /** The server renews the token of an agent while the lease lives. */
  renew(agentToken: string): void {
    this.#agentToken = agentToken;
  }

  close(): void {
    this.#closing.abort();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = this.#allowedPath(request);
    if (path === undefined) return refuse(response, 404, 'not_found', 'Not found');
    if (!this.#isOwnToken(request.headers.authorization)) {
      return refuse(response, 401, 'invalid_token', 'This is not the token of this proxy');
    }
    const isFile = request.method === 'PUT';
    const body = await bodyOf(request, isFile ? FILE_BYTES_MAX : BODY_BYTES_MAX);
    if (body === undefined) return refuse(response, 413, 'too_large', 'The body is too large');
    const rest = path.slice(`/tasks/${this.#options.taskId}`.length);
    const gateId = request.method === 'POST' ? USED_GATE.exec(rest)?.[1] : undefined;
    if (gateId !== undefined) {
      const { status, body: reply } = await this.#options.useGate(gateId);
      return answer(response, status, reply);
    }
    const upstream = await this.#forward(request, path, body);
    if (upstream === undefined) {
      return refuse(response, 503, 'unavailable', 'The server does not answer at the moment');
    }
    response.writeHead(upstream.status, {
      'content-type': upstream.headers.get('content-type') ?? 'application/json',
    });
    if (upstream.body === null) response.end();
    else await pipeline(Readable.fromWeb(upstream.body as ReadableStream), response);
  }

  /** The path to ask the server for, when it is one of the few that an agent may use. */
  #allowedPath({ method = '', url = '' }: IncomingMessage): string | undefined {
    if (!url.startsWith(`${this.#prefix}/`)) return undefined;
    const path = url.slice(this.#prefix.length);
    const task = `/tasks/${this.#options.taskId}`;
    const [bare = ''] = path.split('?', 1);
    if (!bare.startsWith(task)) return undefined;
    const rest = bare.slice(task.length);
    const isAllowed =
      method === 'GET'
        ? rest === '' || GATE_PATH.test(rest) || ARTIFACT_PATH.test(rest)
        : (rest === '/status' && (method === 'POST' || method === 'PATCH')) ||
          isUpload({ method, rest }) ||
          (method === 'POST' && (rest === '/log' || rest === '/gates' || USED_GATE.test(rest)));
    return isAllowed ? path : undefined;
  }

  #isOwnToken(authorization: string | undefined): boolean {
    if (authorization === undefined) return true;
    const given = Buffer.from(authorization.replace(/^Bearer\s+/i, ''));
    const own = Buffer.from(this.token);
    return given.length === own.length && timingSafeEqual(given, own);
  }

  #masked(body: Buffer): string {
    const text = body.toString('utf8');
    try {
      return JSON.stringify(this.#options.mask<unknown>(JSON.parse(text)));
    } catch {
      return this.#options.mask(text);
    }
  }

  async #forward(
    request: IncomingMessage,
    path: string,
    body: Buffer,
  ): Promise<Response | undefined> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#agentToken}` };
    for (const name of ['content-type', 'content-digest', 'accept', 'range', 'idempotency-key']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    const { method = 'GET' } = request;
    const deadline = performance.now() + OUTAGE_MS_MAX;
    for (;;) {
      try {
        return await fetch(this.#options.serverUrl + path, {
          method,
          headers,
          body: method === 'GET' ? null : this.#masked(body),
          signal: this.#closing.signal,
          redirect: 'manual',
        });
      } catch (error) {
        // Only a connection that never came about is tried again: the rest may have been heard.
        const isOver = performance.now() > deadline || this.#closing.signal.aborted;
        if (isOver || !isRefusedConnection(error)) return undefined;
        await pauseFor(RETRY_MS, this.#closing.signal);
      }
    }
  }
}

/** `/gates`, one gate by name or id, the wait for it; a segment of dots would climb. */
const GATE_PATH = /^\/gates(?:\/(?!\.+(?:\/|$))[A-Za-z0-9._:-]{1,110}(?:\/wait)?)?$/;
const USED_GATE = /^\/gates\/(gate_[A-Za-z0-9_]{1,100})\/consume$/;

/** `/artifacts` and one of them by its name, which the server looks at. */
const ARTIFACT_PATH = /^\/artifacts(?:\/(?!\.+$)[^/\\]{1,700})?$/;

const isUpload = ({ method, rest }: { method: string; rest: string }): boolean =>
  method === 'PUT' && rest !== '/artifacts' && ARTIFACT_PATH.test(rest);

const bodyOf = async (request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    // The rest is read and thrown away, so that the answer can be heard.
    if (bytes <= bytesMax) chunks.push(chunk as Buffer);
  }
  return bytes > bytesMax ? undefined : Buffer.concat(chunks);
};

const isRefusedConnection = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'ECONNREFUSED';

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, code: string, error: string): void =>
  answer(response, status, { error, code });
