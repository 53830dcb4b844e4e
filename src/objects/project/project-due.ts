import { RESERVATION_MS } from '../../contract/timing.ts';
import type { CredentialSockets } from '../credential-sockets.ts';
import type { DependencyTeller } from './dependency-teller.ts';
import type { DeploymentDesk } from './deployment-desk.ts';
import type { EventDesk } from './event-desk.ts';
import type { LeaseTable } from './lease-table.ts';
import type { LineDesk } from './line-desk.ts';
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
}

/** When the first part of a project is due, at the earliest in a second; null: none is. */
export function projectDueAt(parts: Parts, now: number): number | null {
  const { leases, teller, trash, sockets, desk, deployments, lines } = parts;
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
  ];
  const due = dues.filter((at) => at !== null);
  return due.length === 0 ? null : Math.max(Math.min(...due), now + SOONEST_MS);
}
