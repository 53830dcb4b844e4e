import { existsSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Answer, Refused } from '../../cli/run/api.ts';
import { Outbox, type OutboxLimits } from '../../cli/run/outbox.ts';
import { Secrets } from '../../cli/run/secrets.ts';
import { Spool } from '../../cli/run/spool.ts';
import type { EventsAnswer, ProducedEvent } from '../../src/contract/batch.ts';
import { still } from './still-outbox.ts';

const LIMITS: OutboxLimits = { events: 5, bytes: 10_000, waitMs: 1, memoryBytes: 100_000 };

const refused = (status: number, code: string, body: Record<string, unknown> = {}): Refused => ({
  ok: false,
  status,
  code,
  message: code,
  body,
});

/** The server's side of the numbering, as the protocol states it. */
class Ledger {
  readonly log: ProducedEvent[] = [];
  readonly batches: number[] = [];
  badType = 'bad';

  take(events: readonly ProducedEvent[]): Answer<EventsAnswer> {
    this.batches.push(events.length);
    const index = events.findIndex(({ type }) => type === this.badType);
    if (index >= 0) return refused(400, 'invalid_event', { index });
    const fresh = events.filter(({ n }) => n > this.log.length);
    if (fresh[0] !== undefined && fresh[0].n !== this.log.length + 1) {
      return refused(409, 'sequence_gap', { expected: this.log.length + 1 });
    }
    this.log.push(...fresh);
    const duplicates = events.length - fresh.length;
    const window = { frames: 8, bytes: 1 };
    const acked = this.log.length;
    return {
      ok: true,
      status: 200,
      body: { producer: 'main', acked, seq: acked, duplicates, window },
    };
  }
}

type Send = (events: readonly ProducedEvent[]) => Promise<Answer<EventsAnswer>>;

const outboxTo = (send: Send, limits = LIMITS, disk = still()) => {
  const refusals: Refused[] = [];
  const outbox = new Outbox({
    send,
    limits,
    isFinal: ({ code }) => code === 'stale_epoch',
    onRefused: (refusal) => refusals.push(refusal),
    now: () => new Date(0),
    ...disk,
  });
  return { outbox, refusals };
};

const messages = (ledger: Ledger): unknown[] => ledger.log.map(({ data }) => data['message']);

describe('events on their way', () => {
  it('are numbered from 1 without holes, in order, in batches of at most the limit', async () => {
    const ledger = new Ledger();
    const { outbox } = outboxTo(async (events) => ledger.take(events));
    for (let count = 1; count <= 23; count += 1) outbox.push('log:entry', { message: count });
    await outbox.drain();
    expect(ledger.log.map(({ n }) => n)).toEqual(
      Array.from({ length: 23 }, (_, index) => index + 1),
    );
    expect(messages(ledger)).toEqual(ledger.log.map(({ n }) => n));
    expect(Math.max(...ledger.batches)).toBe(5);
    expect(outbox.lastN).toBe(23);
  });

  it('are sent one batch at a time', async () => {
    const ledger = new Ledger();
    let inFlight = 0;
    const { outbox } = outboxTo(async (events) => {
      inFlight += 1;
      expect(inFlight).toBe(1);
      await Promise.resolve();
      inFlight -= 1;
      return ledger.take(events);
    });
    for (let count = 0; count < 12; count += 1) outbox.push('log:entry', { message: count });
    await outbox.drain();
    expect(ledger.log).toHaveLength(12);
  });

  it('keep their numbers when the answer says that some are known', async () => {
    const ledger = new Ledger();
    let isFirst = true;
    const { outbox } = outboxTo(async (events) => {
      const answer = ledger.take(events);
      if (!isFirst) return answer;
      isFirst = false;
      // The answer of the first batch is lost; the next one finds everything there.
      return refused(409, 'sequence_gap', { expected: 1 });
    });
    outbox.push('log:entry', { message: 'a' });
    outbox.push('log:entry', { message: 'b' });
    await outbox.drain();
    expect(messages(ledger)).toEqual(['a', 'b']);
  });

  it('become a warning under the same number when one is refused', async () => {
    const ledger = new Ledger();
    const { outbox } = outboxTo(async (events) => ledger.take(events));
    outbox.push('log:entry', { message: 'a' });
    outbox.push('bad', {});
    outbox.push('log:entry', { message: 'c' });
    await outbox.drain();
    expect(ledger.log.map(({ type, n }) => [type, n])).toEqual([
      ['log:entry', 1],
      ['log:entry', 2],
      ['log:entry', 3],
    ]);
    expect(ledger.log[1]?.data).toMatchObject({ level: 'warn' });
  });

  it('get through though every single one of a kind is refused', async () => {
    const ledger = new Ledger();
    ledger.badType = 'log:entry';
    const { outbox } = outboxTo(async (events) => ledger.take(events));
    for (const type of ['log:entry', 'agent:message', 'log:entry']) outbox.push(type, {});
    await outbox.drain();
    expect(ledger.log.map(({ type }) => type)).toEqual(['agent:message']);
    expect(outbox.lastN).toBe(1);
  });

  it('are halved when a batch is too large', async () => {
    const ledger = new Ledger();
    const { outbox } = outboxTo(async (events) =>
      events.length > 1 ? refused(413, 'too_large') : ledger.take(events),
    );
    for (let count = 0; count < 4; count += 1) outbox.push('log:entry', { message: count });
    await outbox.drain();
    expect(messages(ledger)).toEqual([0, 1, 2, 3]);
  });

  it('end with the lease', async () => {
    const { outbox, refusals } = outboxTo(async () => refused(409, 'stale_epoch'));
    outbox.push('log:entry', { message: 'a' });
    await outbox.drain();
    expect(refusals.map(({ code }) => code)).toEqual(['stale_epoch']);
  });

  it('wait on disk, where nobody else can read, in order and once', async () => {
    const ledger = new Ledger();
    const { promise: isUp, resolve: goUp } = Promise.withResolvers<void>();
    const disk = still();
    const send: Send = async (events) => {
      await isUp;
      return ledger.take(events);
    };
    const { outbox } = outboxTo(send, { ...LIMITS, memoryBytes: 2_000 }, disk);
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index} ✓ ${'x'.repeat(index)}`);
    for (const message of lines) outbox.push('log:entry', { message });
    expect(outbox.spooledBytes).toBeGreaterThan(100_000);
    expect(statSync(disk.file).mode & 0o777).toBe(0o600);
    goUp();
    await outbox.drain();
    expect(messages(ledger)).toEqual(lines);
    expect(ledger.log.map(({ n }) => n)).toEqual(lines.map((_, index) => index + 1));
    outbox.push('log:entry', { message: 'after' });
    await outbox.drain();
    expect(messages(ledger).at(-1)).toBe('after');
    outbox.close();
    expect(existsSync(disk.file)).toBe(false);
  });

  it('go on waiting in memory, and hold back the reader, where the disk takes nothing', async () => {
    const ledger = new Ledger();
    const { promise: isUp, resolve: goUp } = Promise.withResolvers<void>();
    const spool = new Spool('/dev/null/spool.jsonl');
    const send: Send = async (events) => {
      await isUp;
      return ledger.take(events);
    };
    const limits = { ...LIMITS, memoryBytes: 2_000 };
    const { outbox } = outboxTo(send, limits, { ...still(), spool });
    for (let count = 0; count < 100; count += 1) {
      outbox.push('log:entry', { message: `${count}`.padEnd(100) });
    }
    expect(outbox.isFull).toBe(true);
    goUp();
    await outbox.whenRoom();
    await outbox.drain();
    expect(messages(ledger).map(Number)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('hold back the reader when the disk is full, drop debug first and say once how much', async () => {
    const ledger = new Ledger();
    const { promise: isUp, resolve: goUp } = Promise.withResolvers<void>();
    const send: Send = async (events) => {
      await isUp;
      return ledger.take(events);
    };
    const { outbox } = outboxTo(send, { ...LIMITS, memoryBytes: 1 }, still(20_000));
    const filler = 'x'.repeat(1_000);
    outbox.push('log:entry', { level: 'info', message: 'first' });
    for (let count = 0; count < 5; count += 1)
      outbox.push('log:entry', { level: 'debug', message: filler });
    for (let count = 0; count < 30; count += 1)
      outbox.push('log:entry', { level: 'info', message: filler });
    outbox.push('log:entry', { level: 'debug', message: 'too late' });
    expect(outbox.isFull).toBe(true);
    goUp();
    await outbox.whenRoom();
    expect(outbox.isFull).toBe(false);
    await outbox.drain();
    const levels = ledger.log.map(({ data }) => data['level']);
    expect(levels.filter((level) => level === 'info')).toHaveLength(31);
    expect(levels).not.toContain('debug');
    expect(messages(ledger).filter((text) => /dropped/.test(String(text)))).toEqual([
      '6 debug entries were dropped: the server was away too long.',
    ]);
  });

  it('are told without the secrets of the machine', async () => {
    const ledger = new Ledger();
    const secrets = new Secrets({ DEPLOY_TOKEN: 'quite-secret' });
    const send: Send = async (events) => ledger.take(events);
    const { outbox } = outboxTo(send, LIMITS, { ...still(), secrets });
    outbox.hide('the-line-key');
    outbox.push('agent:tool-use', {
      tool: 'Bash',
      input: { 'quite-secret': ['a quite-secret b'] },
    });
    outbox.push('log:entry', { message: `${'ghp_'}${'a1'.repeat(20)} the-line-key` });
    await outbox.drain();
    expect(ledger.log.map(({ data }) => data)).toEqual([
      { tool: 'Bash', input: { '[redacted:env]': ['a [redacted:env] b'] } },
      { message: '[redacted:github] [redacted:env]' },
    ]);
  });
});
