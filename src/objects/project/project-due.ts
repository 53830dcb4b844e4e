import { RESERVATION_MS } from '../../contract/timing.ts';
import type { CredentialSockets } from '../credential-sockets.ts';
import type { BoardViewers } from './board-viewers.ts';
import type { DependencyTeller } from './dependency-teller.ts';
import type { DeploymentDesk } from './deployment-desk.ts';
import type { EventDesk } from './event-desk.ts';
import type { LeaseTable } from './lease-table.ts';
import type { LineDesk } from './line-desk.ts';
import type { RunnerNews } from './runner-news.ts';
import type { TrashDesk } from './trash-desk.ts';

const SOONEST_MS = 1_000;

interface Parts {
  readonly leases: LeaseTable;
  readonly teller: DependencyTeller;
  readonly trash: TrashDesk;
  readonly sockets: CredentialSockets;
  readonly desk: EventDesk;
  readonly deployments: DeploymentDesk;
  readonly lines: LineDesk;
  readonly news: RunnerNews;
  readonly viewers: BoardViewers;
}

/** When the first part of a project is due, at the earliest in a second; null: none is. */
export function projectDueAt(parts: Parts, now: number): number | null {
  const { leases, teller, trash, sockets, desk, deployments, lines, news, viewers } = parts;
  const oldest = leases.oldestReservation();
  const looked = oldest === null ? null : oldest + RESERVATION_MS;
  const dues = [
    looked,
    teller.dueAt(now),
    trash.dueAt(now),
    sockets.dueAt(),
    desk.dueAt(now),
    deployments.dueAt(),
    lines.dueAt(now),
    // Nobody is woken to tell nobody.
    viewers.isWatched ? news.dueAt(now) : null,
  ];
  const due = dues.filter((at) => at !== null);
  return due.length === 0 ? null : Math.max(Math.min(...due), now + SOONEST_MS);
}
