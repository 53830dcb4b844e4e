import { type Refusal, refuse } from '../../contract/error.ts';
import type { Actor } from '../../contract/principal.ts';
import { RUNNER_PROTOCOL } from '../../contract/runner.ts';
import { type LineFrame, OPEN_CLAIMS_MAX, QUEUE_WORD_MS } from '../../contract/runner-socket.ts';
import { logAlarmFailure } from '../alarm-failure.ts';
import { closeSafely } from '../socket-close.ts';
import type { ClaimDesk } from './claim-desk.ts';
import { isFlooding, readLineFrame } from './line-frames.ts';
import type { QueueTable } from './queue-table.ts';
import { keepLine, LINE, type Line, lineOf, say, tagOf } from './runner-line.ts';
import type { KnownRunner, RunnerTable } from './runner-table.ts';

/** How soon a claim that could not be looked at is looked at again. */
const FAILED_MS = 1_000;
const MANY_CLAIMS = refuse('limit_reached', `At most ${OPEN_CLAIMS_MAX} claims are open.`).refusal;

interface Wiring {
  readonly ctx: DurableObjectState;
  readonly runners: RunnerTable;
  readonly queue: QueueTable;
  readonly desk: ClaimDesk;
  readonly rearm: () => void;
}

/**
 * The lines of runners. An open claim stands in the attachment of its socket, so the object sleeps while it waits, and it
 * looks for work by the same steps as a claim over HTTP whenever something has changed.
 */
export class LineDesk {
  readonly #wiring: Wiring;
  /** Lines whose claims are being looked at; `true`: and are to be looked at again. */
  readonly #busy = new Map<WebSocket, boolean>();
  /** When claims that wait are looked at without any news; undefined until this instance has looked. */
  #lookAt: number | null | undefined;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  get #lines(): WebSocket[] {
    return this.#wiring.ctx.getWebSockets(LINE);
  }

  /** The Worker has checked who asks. The one line of a runner: a newer one closes the older. */
  open(actor: Actor, now: number): Response {
    const { ctx, runners } = this.#wiring;
    const runner = runners.find(actor.id);
    if (runner === null) {
      return Response.json(refuse('not_found', 'Runner not found').refusal, { status: 404 });
    }
    this.end(actor.id, 4409, 'A newer socket of this runner has taken over.');
    runners.see(actor.id, now);
    const { 0: client, 1: server } = new WebSocketPair();
    ctx.acceptWebSocket(server, [LINE, tagOf(actor.id)]);
    const line = { actor, claims: [], heardAt: now, queueAt: 0, queueSaid: '', isDrained: false };
    this.#keep(server, line, runner);
    const headers = { 'Sec-WebSocket-Protocol': RUNNER_PROTOCOL };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  /** Ends the line of a runner. */
  end(runnerId: string, code: number, reason: string): void {
    for (const socket of this.#wiring.ctx.getWebSockets(tagOf(runnerId))) {
      keepLine(socket, null);
      closeSafely(socket, code, reason);
    }
  }

  /** The runner is gone; it repeats its claims when it comes back. */
  closed(socket: WebSocket): void {
    keepLine(socket, null);
  }

  async message(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const line = lineOf(socket);
    if (line === null) return;
    const now = Date.now();
    if (isFlooding(socket, now)) return this.#flooded(socket);
    const read = readLineFrame(data);
    keepLine(socket, { ...line, heardAt: now });
    if (!read.ok) return this.#refuse(socket, read.refusal, read.re);
    await this.#take(socket, read.frame);
  }

  #flooded(socket: WebSocket): void {
    keepLine(socket, null);
    closeSafely(socket, 4429, 'Too many frames.');
  }

  #refuse(socket: WebSocket, { code, message }: Refusal, re: string): void {
    say(socket, { t: 'error', code, error: message, re });
  }

  async #take(socket: WebSocket, frame: LineFrame): Promise<void> {
    const line = lineOf(socket);
    // A command to drain that was sent is not sent again on this line, so there is nothing to be noted.
    if (line === null || frame.t === 'ack') return;
    const { requestId } = frame;
    const others = line.claims.filter((claim) => claim.requestId !== requestId);
    if (frame.t === 'unclaim') return keepLine(socket, { ...line, claims: others });
    if (others.length >= OPEN_CLAIMS_MAX) return this.#refuse(socket, MANY_CLAIMS, requestId);
    keepLine(socket, { ...line, claims: [...others, { requestId, slots: frame.slots }] });
    await this.#serve(socket);
  }

  /** Something has changed: whoever waits for work looks again, and hears of it if it is to drain or is gone. */
  serve(): void {
    for (const socket of this.#lines) this.#wiring.ctx.waitUntil(this.#serve(socket));
  }

  /** When claims are to be looked at though nothing has happened: a backoff has passed, a preference has ended. */
  dueAt(now: number): number | null {
    const isWaiting = this.#lines.some((socket) => (lineOf(socket)?.claims.length ?? 0) > 0);
    if (!isWaiting) return null;
    return this.#lookAt === undefined ? now : this.#lookAt;
  }

  /** The earliest that any line needs; what has passed is done. */
  #lookBy(at: number | null, now: number): void {
    const set = (this.#lookAt ?? 0) > now ? this.#lookAt : null;
    this.#lookAt = at === null ? (set ?? null) : Math.min(at, set ?? at);
  }

  /** One look at a time for a line, and one more for what came meanwhile. */
  async #serve(socket: WebSocket): Promise<void> {
    if (this.#busy.has(socket)) return void this.#busy.set(socket, true);
    try {
      do {
        this.#busy.set(socket, false);
        await this.#look(socket);
      } while (this.#busy.get(socket) === true);
    } catch (error) {
      // The claim stays open.
      logAlarmFailure(this.#wiring.ctx.id.name, error);
      this.#lookBy(Date.now() + FAILED_MS, Date.now());
    } finally {
      this.#busy.delete(socket);
      this.#wiring.rearm();
    }
  }

  async #look(socket: WebSocket): Promise<void> {
    const { runners, desk } = this.#wiring;
    const { actor, claims = [] } = lineOf(socket) ?? {};
    if (actor === undefined) return;
    for (const { requestId, slots } of claims) {
      const looked = await desk.look({ actor, body: { requestId, slots, waitMs: 0 } });
      if (looked.ok && looked.value.length === 0) continue;
      this.#close(socket, requestId);
      if (!looked.ok) this.#refuse(socket, looked.refusal, requestId);
      else for (const grant of looked.value) say(socket, { t: 'grant', grant });
    }
    const [line, runner] = [lineOf(socket), runners.find(actor.id)];
    if (line === null) return;
    if (runner === null) return this.end(actor.id, 4404, 'The runner was removed.');
    this.#keep(socket, line, runner);
  }

  /** A claim that was answered is over, as it is over HTTP. */
  #close(socket: WebSocket, requestId: string): void {
    const line = lineOf(socket);
    if (line === null) return;
    const claims = line.claims.filter((claim) => claim.requestId !== requestId);
    keepLine(socket, { ...line, claims });
  }

  /** Says what a runner without work has to know: that it is to drain, or what waits and why. */
  #keep(socket: WebSocket, line: Line, runner: KnownRunner): void {
    const { draining } = runner;
    if (draining && !line.isDrained) {
      say(socket, { t: 'command', id: `cmd_drain_${runner.id}`, type: 'drain', data: {} });
    }
    const claims = draining ? [] : line.claims;
    const next = { ...line, claims, isDrained: draining };
    keepLine(socket, claims.length === 0 ? next : { ...next, ...this.#saidOfQueue(socket, next) });
  }

  #saidOfQueue(socket: WebSocket, { actor, queueAt, queueSaid }: Line): Partial<Line> {
    const { desk, queue } = this.#wiring;
    const now = Date.now();
    const isSoon = now - queueAt < QUEUE_WORD_MS;
    const starts = queue.nextStart(now);
    const again = isSoon ? queueAt + QUEUE_WORD_MS : now + QUEUE_WORD_MS;
    const isVain = !isSoon && queue.queued(1).length === 0;
    this.#lookBy(isVain ? null : Math.min(again, starts ?? again), now);
    const counts = isSoon ? null : desk.counts(actor.id);
    const said = JSON.stringify(counts);
    if (counts === null || said === queueSaid) return {};
    say(socket, { t: 'queue', queue: counts });
    return { queueAt: now, queueSaid: said };
  }
}
