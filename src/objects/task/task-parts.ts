import type { Result } from '../../contract/error.ts';
import type { Command } from '../../domain/command.ts';
import { Alarm } from '../alarm.ts';
import { Waiters } from '../waiters.ts';
import { ArtifactDesk } from './artifact-desk.ts';
import { ArtifactTable } from './artifact-table.ts';
import { consumers } from './fan-out.ts';
import { LeaseClock } from './lease-clock.ts';
import { LeaseDesk } from './lease-desk.ts';
import { LiveFeed } from './live-feed.ts';
import { ProofClaims } from './proof-claims.ts';
import { ReceiptDesk } from './receipt-desk.ts';
import { ReceiptRows } from './receipt-rows.ts';
import { Relay } from './relay.ts';
import { Retention } from './retention.ts';
import { SessionDesk } from './session-desk.ts';
import { recallClock } from './session-socket.ts';
import { SliceAsker } from './slice-asker.ts';
import { TaskReader } from './task-reader.ts';
import { TaskReplies } from './task-replies.ts';
import { TaskStore } from './task-store.ts';
import { TASK_MIGRATIONS } from './task-tables.ts';
import { Telling } from './telling.ts';

/** The parts of a task, wired. `apply` decides a command, writes what was decided and shows it to those who watch. */
export function taskParts(
  ctx: DurableObjectState,
  env: Env,
  apply: (command: Command) => Result<number>,
) {
  const { sql, kv } = ctx.storage;
  const store = new TaskStore(ctx.storage, ctx.id.name ?? '', TASK_MIGRATIONS);
  const state = () => store.state;
  const feed: LiveFeed = new LiveFeed(ctx, store, () => telling.rearm());
  const retention = new Retention(ctx.storage, store.log);
  const claims = new ProofClaims(store.log);
  const receiptRows = new ReceiptRows(sql);
  const receipts = new ReceiptDesk({ env, rows: receiptRows, claims });
  const hashOf = (seq: number) => receiptRows.blockOf(seq).hash;
  const relay = new Relay(sql, [...consumers(env, hashOf), receipts.consumer], {
    state,
    hasFoldedAfter: (seq) => store.log.hasFoldedAfter(seq),
    foldedAfter: (seq) => store.log.foldedAfter(seq),
    now: () => Date.now(),
  });
  const alarm = new Alarm(ctx.storage);
  const clock = new LeaseClock(kv, (leaseId) => recallClock(ctx, leaseId));
  const telling: Telling = new Telling({
    ctx,
    relay,
    alarm,
    clock,
    feed,
    retention,
    state,
    heardAt: () => store.heardAt,
  });
  const waiters = new Waiters();
  const desk = new LeaseDesk({ env, store, clock, waiters, apply });
  const settle = () => telling.settleLater();
  const reader = new TaskReader({ store, feed, waiters, clock });
  const table = new ArtifactTable(sql);
  const told = () => telling.settled();
  const slices = new SliceAsker({ ctx, env, state, apply, settle });
  return {
    store,
    slices,
    feed,
    retention,
    relay,
    clock,
    waiters,
    desk,
    sessions: new SessionDesk({ ctx, desk, clock, apply, settle }),
    reader,
    artifacts: new ArtifactDesk({ store, table, reader, apply, settle: told }),
    alarm,
    telling,
    replies: new TaskReplies(sql, store),
    claims,
    receipts,
    receiptRows,
  };
}
