import { WATCHER_HEADER, type Watcher } from '../contract/watcher.ts';
import { closeSafely } from './socket-close.ts';

const BY = 'by:';
const UNTIL = 'until:';
/** How long a death is remembered, for sockets whose credential was looked at before it. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_MAX = 1_000;

const NOBODY: Watcher = { subjects: [], expiresAt: null, checkedAt: 0 };

/** By what a socket is opened, as the Worker says it. */
export function watcherIn(request: Request): Watcher {
  const header = request.headers.get(WATCHER_HEADER);
  // Written by the Worker, which alone reaches an object.
  return header === null ? NOBODY : (JSON.parse(header) as Watcher);
}

/** The close of a socket whose credential has ended. */
export const CREDENTIAL_ENDED = [4401, 'The credential is revoked or has expired'] as const;

export function closeEnded(sockets: readonly WebSocket[]): void {
  for (const socket of sockets) closeSafely(socket, ...CREDENTIAL_ENDED);
}

/**
 * The sockets of an object that were opened with a credential. What they were opened by stands in their tags, which
 * outlive the object's memory, so a death finds them without a look at the others.
 */
export class CredentialSockets {
  readonly #ctx: DurableObjectState;
  readonly #expiries = new Map<WebSocket, number>();
  readonly #deaths = new Map<string, number>();
  #earliest = Infinity;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    for (const socket of ctx.getWebSockets()) {
      const until = ctx.getTags(socket).find((tag) => tag.startsWith(UNTIL));
      if (until !== undefined) this.#note(socket, Number(until.slice(UNTIL.length)));
    }
  }

  /** Whether the credential has died since it was looked at. */
  isDead({ subjects, checkedAt, expiresAt }: Watcher, now: number): boolean {
    if (expiresAt !== null && expiresAt <= now) return true;
    return subjects.some((subject) => (this.#deaths.get(subject) ?? -1) >= checkedAt);
  }

  /** Accepts a socket, so that it is found when its credential dies. */
  accept(socket: WebSocket, tag: string, { subjects, expiresAt }: Watcher): void {
    const until = expiresAt === null ? [] : [`${UNTIL}${expiresAt}`];
    this.#ctx.acceptWebSocket(socket, [tag, ...subjects.map((subject) => BY + subject), ...until]);
    if (expiresAt !== null) this.#note(socket, expiresAt);
  }

  /** When the next credential ends, or null. */
  dueAt(): number | null {
    return this.#earliest === Infinity ? null : this.#earliest;
  }

  /** The sockets whose credential has ended; they are given once. */
  takeExpired(now: number): readonly WebSocket[] {
    if (this.#earliest > now) return [];
    const expired = [...this.#expiries].filter(([, at]) => at <= now).map(([socket]) => socket);
    for (const socket of expired) this.#expiries.delete(socket);
    this.#earliest = Math.min(Infinity, ...this.#expiries.values());
    return expired;
  }

  /** The sockets that were opened by one of these, which are dead from now on. */
  takeDead(subjects: readonly string[], now: number): readonly WebSocket[] {
    for (const [subject, at] of this.#deaths) {
      if (at < now - REMEMBERED_MS) this.#deaths.delete(subject);
    }
    if (this.#deaths.size >= REMEMBERED_MAX) this.#deaths.clear();
    for (const subject of subjects) this.#deaths.set(subject, now);
    const dead = new Set(subjects.flatMap((subject) => this.#ctx.getWebSockets(BY + subject)));
    for (const socket of dead) this.closed(socket);
    return [...dead];
  }

  /** It is gone by itself. */
  closed(socket: WebSocket): void {
    const at = this.#expiries.get(socket);
    if (at === undefined) return;
    this.#expiries.delete(socket);
    if (at === this.#earliest) {
      this.#earliest = Math.min(Infinity, ...this.#expiries.values());
    }
  }

  #note(socket: WebSocket, at: number): void {
    this.#expiries.set(socket, at);
    this.#earliest = Math.min(this.#earliest, at);
  }
}
