// One lease, held by a scripted runner: what it says is numbered, sent again until it is answered, and noted.
import { createHash } from 'node:crypto';
import type { ProducedEvent } from '../../src/contract/batch.ts';
import type { HeartbeatAnswer } from '../../src/contract/lease.ts';
import type { Grant } from '../../src/contract/runner.ts';
import type { Next, ResultAnswer, Work } from '../../src/contract/work.ts';
import type { Outcome } from './api.ts';
import type { Standing } from './ledger.ts';
import { sayUnder } from './marks.ts';
import { pause } from './until.ts';
import type { World } from './world.ts';

const AGAIN_MS = 150;
/** A runner gives up on a server that stays away for longer. */
const TRIES_MAX = 400;

const USAGE = { type: 'usage:report', data: { inputTokens: 10, outputTokens: 5 } } as const;

export type Finish = 'completed' | 'paused' | 'failed';

export class Holding {
  readonly grant: Grant;
  readonly #world: World;
  readonly #token: string;
  /** The last number of a line, and of an event: usage is an event and no line. */
  #lines = 0;
  #n = 0;
  /** Once a write of this lease was refused, it is over. */
  refusedBy: string | undefined;

  constructor(world: World, token: string, grant: Grant) {
    this.#world = world;
    this.#token = token;
    this.grant = grant;
  }

  get taskId(): string {
    return this.grant.task.id;
  }

  /** Sends so many lines and a usage report in one batch, the same ones again until an answer comes. */
  async say(lines: number): Promise<void> {
    const { leaseId } = this.grant.lease;
    const { ledger } = this.#world;
    const { taskId } = this;
    const messages = Array.from({ length: lines }, (_, at) =>
      sayUnder(leaseId, this.#lines + at + 1),
    );
    const said = messages.map((message) => ({
      type: 'log:entry',
      data: { level: 'info', message },
    }));
    const events: ProducedEvent[] = [...said, USAGE].map((event, at) => ({
      n: this.#n + at + 1,
      ...event,
    }));
    this.#lines += lines;
    this.#n += events.length;
    const { standing } = await this.#repeat('/events', { producer: 'main', events });
    for (const mark of messages) {
      ledger.note({ taskId, what: 'a line of a runner', types: ['log:entry'], mark, standing });
    }
    ledger.tally(taskId, 'usage:updated', standing);
  }

  /** Hands the result of a work in; what is next, or undefined when the lease is over. */
  async finish({ workId, kind }: Work, outcome: Finish): Promise<Next | undefined> {
    const { taskId } = this;
    const producers = this.#n === 0 ? {} : { main: this.#n };
    const body = { ...resultOf(kind, workId, outcome), producers };
    const { answer, standing } = await this.#repeat<ResultAnswer>(`/work/${workId}/result`, body);
    const fact = { taskId, what: 'a result', types: ['work:finished'], mark: workId } as const;
    this.#world.ledger.note({ ...fact, standing });
    return answer?.next;
  }

  /** One heartbeat, tried once. */
  async beat(workId: string, waitMs: number): Promise<HeartbeatAnswer | undefined> {
    const body = { workId, waitMs };
    const outcome = await this.#send<HeartbeatAnswer>('/lease/heartbeat', body, waitMs);
    return outcome.kind === 'acknowledged' ? outcome.body : undefined;
  }

  async release(): Promise<void> {
    await this.#repeat('/lease/release', { reason: 'drain' });
  }

  async #send<T>(path: string, body: object, waitMs = 0): Promise<Outcome<T>> {
    const { leaseId, epoch } = this.grant.lease;
    const outcome = await this.#world.api.send<T>({
      path: `/tasks/${this.taskId}${path}`,
      body: { leaseId, epoch, ...body },
      token: this.#token,
      waitMs,
    });
    if (outcome.kind === 'refused') this.refusedBy = outcome.code;
    return outcome;
  }

  /** The answer, if there was one, and the best that was heard of the write. */
  async #repeat<T>(
    path: string,
    body: object,
  ): Promise<{ readonly answer?: T; readonly standing: Standing }> {
    let standing: Standing = 'refused';
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      const outcome = await this.#send<T>(path, body);
      if (outcome.kind === 'acknowledged') return { answer: outcome.body, standing: outcome.kind };
      if (outcome.kind === 'refused') {
        this.#world.report.add(`refused to scripted runners: ${outcome.code}`);
        break;
      }
      if (outcome.kind === 'in-doubt') standing = outcome.kind;
      await pause(AGAIN_MS);
    }
    return { standing };
  }
}

/** A git object that nobody has: no scripted runner touches a repository. */
const objectOf = (text: string): string => createHash('sha1').update(text).digest('hex');

const resultOf = (kind: Work['kind'], workId: string, outcome: Finish): object => {
  if (outcome === 'failed') {
    const error = { code: 'agent_exit', message: 'It was to fail', retryable: true };
    return { outcome, error, outputs: {} };
  }
  if (outcome === 'paused') return { outcome, pauseReason: 'manual', outputs: {} };
  if (kind !== 'stage') return { outcome, outputs: { [kind]: objectOf(workId) } };
  const [tree, base] = [objectOf(`tree ${workId}`), objectOf(`base ${workId}`)];
  const changes = { files: 1, insertions: 1, deletions: 0, paths: ['file.txt'], tree, base };
  return { outcome, summary: 'done', outputs: {}, changes };
};
