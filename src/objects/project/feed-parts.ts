import type { ProjectDb } from '../../db/database.ts';
import { CredentialSockets } from '../credential-sockets.ts';
import { BoardTable } from './board-table.ts';
import { BoardViewers } from './board-viewers.ts';
import { Feed } from './feed.ts';
import type { LeaseTable } from './lease-table.ts';
import { RunnerNews } from './runner-news.ts';
import type { RunnerTable } from './runner-table.ts';
import type { Settings } from './settings.ts';

interface Wiring {
  readonly db: ProjectDb;
  readonly runners: RunnerTable;
  readonly leases: LeaseTable;
  readonly settings: Settings;
  readonly rearm: () => void;
}

/** Those who follow a project, and what they are told. */
export function feedParts(ctx: DurableObjectState, { db, rearm, ...tables }: Wiring) {
  const board = new BoardTable(ctx.storage.sql);
  const sockets = new CredentialSockets(ctx);
  const viewers = new BoardViewers(ctx, db, { board, sockets });
  const news = new RunnerNews({ projectId: ctx.id.name ?? '', ...tables });
  return { board, sockets, viewers, news, feed: new Feed({ board, viewers, news, rearm }) };
}
