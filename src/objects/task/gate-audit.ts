// Decisions of people on gates, written into the audit of the project. The log of the task is the truth; a row is told
// from it, and told again it is the same row.

import type { TaskEvent, TaskEventType } from '../../contract/event.ts';
import type { AuditRow } from '../../db/audit.ts';
import { auditOnce } from '../../db/audit.ts';
import { type DatabaseEnv, platformDb } from '../../db/database.ts';
import { derivedId } from '../../domain/id.ts';
import type { TaskState } from '../../domain/task.ts';
import type { Told } from './relay.ts';

const DECISIONS = [
  'gate:approved',
  'gate:rejected',
  'gate:changes-requested',
  'gate:vote',
  'gate:escalated',
  'gate:waived',
  'gate:cancelled',
] as const;
export const DECISION_EVENTS: ReadonlySet<TaskEventType> = new Set(DECISIONS);

type Decided = Extract<TaskEvent, { readonly type: (typeof DECISIONS)[number] }>;
const isDecision = (event: TaskEvent): event is Decided => DECISION_EVENTS.has(event.type);

/** False for a task whose gates nobody has decided: nothing is kept of it here. */
export const hasDecisions = ({ gates }: TaskState): boolean =>
  gates.some(({ status, votes }) => status !== 'pending' || votes !== undefined);

/** The hash of the block with an event: kept elsewhere it shows if the log was rewritten, or cut, before it. */
export type HashOf = (seq: number) => string;

export async function auditDecisions(
  env: DatabaseEnv,
  { state, events }: Told,
  hashOf: HashOf,
): Promise<void> {
  const decisions = events().filter(isDecision);
  if (decisions.length === 0) return;
  const db = platformDb(env);
  await db.batch(decisions.map((event) => auditOnce(db, rowOf(state, event, hashOf(event.seq)))));
}

/** Who has done it, by id and name. */
function actorOf(event: Decided): readonly [string, string] {
  switch (event.type) {
    case 'gate:approved':
    case 'gate:vote':
      return [event.data.approverId, event.data.approver];
    case 'gate:rejected':
      return [event.data.approverId, event.data.rejector];
    case 'gate:changes-requested':
      return [event.data.approverId, event.data.requester];
    case 'gate:escalated':
    case 'gate:waived':
    case 'gate:cancelled':
      return [event.data.byId, event.data.by];
    default:
      return event satisfies never;
  }
}

const KINDS = { usr_: 'person', run_: 'runner', agt_: 'agent' } as const;

const kindOf = (id: string) =>
  Object.entries(KINDS).find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'system';

function rowOf(state: TaskState, event: Decided, logHash: string): AuditRow {
  const at = Date.parse(event.timestamp);
  const { gateId, gateName } = event.data;
  const [id, name] = actorOf(event);
  return {
    id: derivedId('aud', at, state.id, event.seq),
    projectId: state.projectId,
    at,
    actor: {
      id,
      kind: kindOf(id),
      name,
    },
    credential: null,
    action: event.type.replace(':', '.').replaceAll('-', '_'),
    target: { type: 'gate', id: gateId },
    environment: state.environment,
    outcome: 'ok',
    requestId: null,
    ip: null,
    changes: {
      before: null,
      after: { taskId: state.id, taskSeq: event.seq, logHash, gate: gateName },
    },
  };
}
