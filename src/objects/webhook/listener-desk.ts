import {
  GREETING_HEADER,
  type Greeting,
  type ListenDelivery,
  ListenResult,
  RESULT_CHARS_MAX,
} from '../../contract/listen.ts';
import { logLine } from '../../contract/log-line.ts';
import { ProjectDb } from '../../db/database.ts';
import { touchListener } from '../../db/webhook-listeners.ts';
import { ANSWER_WITHIN_MS } from '../../webhooks/send.ts';
import { type Answer, type Listener, noAnswer, type Transport } from '../../webhooks/transport.ts';
import {
  CREDENTIAL_ENDED,
  CredentialSockets,
  closeEnded,
  watcherIn,
} from '../credential-sockets.ts';
import { sendSafely } from '../send-safely.ts';
import { closedSocket, closeSafely } from '../socket-close.ts';

const LISTENER = 'listener';
const NOBODY = noAnswer('Nobody listens.');
const LEFT = noAnswer('The listener has left.');
const LATE = noAnswer(`There was no answer within ${ANSWER_WITHIN_MS / 1_000} s.`);
const REPLACED = [4409, 'Another listener of yours has taken over.'] as const;

/** What a socket needs to outlive the object's memory; null: it is being closed. */
interface Attachment {
  readonly projectId: string;
}

const attachmentOf = (socket: WebSocket): Attachment | null =>
  // Written below.
  socket.deserializeAttachment() as Attachment | null;

interface Waiting {
  readonly socket: WebSocket;
  readonly attempt: number;
  readonly settle: (answer: Answer) => void;
}

/**
 * The socket of who listens, if anybody does. It outlives the object's memory; what is under way does not, and is tried
 * again as after any crash.
 */
export class ListenerDesk implements Listener {
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #sockets: CredentialSockets;
  readonly #waiting = new Map<string, Waiting>();

  constructor(ctx: DurableObjectState, env: Env) {
    this.#ctx = ctx;
    this.#env = env;
    this.#sockets = new CredentialSockets(ctx);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#socket() !== undefined;
  }

  /** When the credential of the listener ends, or null. */
  dueAt(): number | null {
    return this.#sockets.dueAt();
  }

  ring(now: number): void {
    this.#end(this.#sockets.takeExpired(now));
  }

  /** Takes over from whoever listened so far. */
  open(request: Request, now: number): Response {
    const watcher = watcherIn(request);
    if (this.#sockets.isDead(watcher, now)) return closedSocket(...CREDENTIAL_ENDED);
    // Written by the Worker, which alone reaches an object.
    const { projectId, ready } = JSON.parse(request.headers.get(GREETING_HEADER) ?? '') as Greeting;
    for (const socket of this.#ctx.getWebSockets(LISTENER)) {
      this.#drop(socket);
      closeSafely(socket, ...REPLACED);
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.#sockets.accept(server, LISTENER, watcher);
    const attachment: Attachment = { projectId };
    server.serializeAttachment(attachment);
    server.send(JSON.stringify(ready));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Hands an attempt to the listener and waits for what it says, as long as for any other receiver. */
  readonly send: Transport = ({ body, ...outgoing }) => {
    const socket = this.#socket();
    if (socket === undefined) return Promise.resolve(NOBODY);
    const { deliveryId, attempt } = outgoing;
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        if (this.#waiting.get(deliveryId) === waiting) this.#waiting.delete(deliveryId);
        resolve(answer);
      };
      const timer = setTimeout(() => settle(LATE), ANSWER_WITHIN_MS);
      const waiting: Waiting = { socket, attempt, settle };
      this.#waiting.set(deliveryId, waiting);
      const frame: ListenDelivery = {
        type: 'delivery',
        ...outgoing,
        // UTF-8 that we have made of a text, so the text is the same again.
        body: new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(body),
      };
      if (!sendSafely(socket, JSON.stringify(frame))) settle(NOBODY);
    });
  };

  /** Whatever is no result of what is under way is ignored. */
  message(socket: WebSocket, message: string | ArrayBuffer): void {
    if (typeof message !== 'string' || message.length > RESULT_CHARS_MAX) return;
    const result = ListenResult.safeParse(jsonOf(message)).data;
    if (result === undefined) return;
    const waiting = this.#waiting.get(result.deliveryId);
    if (waiting?.socket !== socket) return;
    if (result.attempt !== undefined && result.attempt !== waiting.attempt) return;
    const error = result.status === null ? 'The receiver gave no answer.' : null;
    waiting.settle({ ...noAnswer(''), status: result.status, error });
  }

  closed(socket: WebSocket, code: number): void {
    this.#sockets.closed(socket);
    this.#drop(socket);
    closeSafely(socket, code);
  }

  /** These have died: who listens by one of them is let go. */
  closeDead(subjects: readonly string[], now: number): void {
    this.#end(this.#sockets.takeDead(subjects, now));
  }

  /** The endpoint is gone. */
  closeAll(): void {
    for (const socket of this.#ctx.getWebSockets(LISTENER)) {
      this.#drop(socket);
      closeSafely(socket, 4404, 'The endpoint was deleted.');
    }
  }

  #socket(): WebSocket | undefined {
    return this.#ctx.getWebSockets(LISTENER).find((socket) => attachmentOf(socket) !== null);
  }

  #end(sockets: readonly WebSocket[]): void {
    for (const socket of sockets) this.#drop(socket);
    closeEnded(sockets);
  }

  /** What is under way there comes to nothing. */
  #drop(socket: WebSocket): void {
    const attachment = attachmentOf(socket);
    socket.serializeAttachment(null);
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.socket === socket) waiting.settle(LEFT);
    }
    if (attachment !== null) this.#ctx.waitUntil(this.#note(attachment));
  }

  /** From now on the endpoint is idle. What D1 does not take in costs some of the days for which it is kept. */
  async #note({ projectId }: Attachment): Promise<void> {
    try {
      const db = new ProjectDb(this.#env, projectId);
      await touchListener(db, this.#ctx.id.name ?? '', Date.now()).run();
    } catch (error) {
      console.error(
        logLine({ level: 'warn', message: 'A listener unnoted', error: String(error) }),
      );
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
