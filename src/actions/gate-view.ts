import { ok, type Result, refuse } from '../contract/error.ts';
import { GATE_ID, type InboxGate } from '../contract/inbox.ts';
import { type Task, TaskRow } from '../contract/task.ts';
import { platformDb } from '../db/database.ts';
import { findGateRow } from '../db/gates.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { visibleLines, visibleText } from '../domain/visible-text.ts';
import type { Ask } from './ask.ts';
import { checkEnvironment } from './environment.ts';
import { judgedGate } from './inbox-gate.ts';
import { enterProject, targetTask } from './target.ts';

const NOT_FOUND = refuse('not_found', 'Gate not found');

/** A gate for the eyes of a person: nothing is cut, and nothing that cannot be seen is left unseen. */
export interface GateView {
  readonly gate: InboxGate;
  /** The canonical action, which is what is approved. */
  readonly action: string;
  readonly artifacts: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
  }[];
  readonly task: string;
  readonly criteria: string | null;
  readonly summary: string | null;
  readonly requester: string | null;
  readonly from: string;
}

/** A gate for a page that the server draws. */
export async function viewGate(ask: Ask, gateId: string): Promise<Result<GateView>> {
  const found = await findGate(ask, gateId);
  return found.ok ? ok(viewOf(found.value)) : found;
}

/** A gate by its id alone, as its task says it is at this moment. */
export async function findGate(ask: Ask, gateId: string): Promise<Result<InboxGate>> {
  if (!GATE_ID.test(gateId)) return NOT_FOUND;
  const row = await findGateRow(platformDb(ask.env), gateId);
  if (row === null) return NOT_FOUND;
  const entered = await enterProject(ask, row.projectId, NOT_FOUND);
  if (!entered.ok) return entered;
  const here = checkEnvironment(ask, row.environment);
  if (!here.ok) return here;
  const target = await targetTask(ask, row.taskId);
  if (!target.ok) return target;
  const read = await target.value.read(ask.actor);
  if (!read.ok) return read;
  const task = read.value;
  const gate = task.gates.find(({ id }) => id === gateId);
  if (gate === undefined) return NOT_FOUND;
  const { createdBy, acceptanceCriteria } = task;
  const criteria = acceptanceCriteria === undefined ? {} : { acceptanceCriteria };
  return ok(await judgedGate(ask, { gate, createdBy, ...criteria }, { task: rowOf(task) }));
}

/** What a list says of a task: one without subtasks says nothing of them. */
function rowOf(task: Task): TaskRow {
  const { subtaskIds = [], ...row } = TaskRow.parse(task);
  return subtaskIds.length === 0 ? row : { ...row, subtaskIds };
}

function viewOf(gate: InboxGate): GateView {
  const { action, acceptanceCriteria, advisory, requester, policy, approvers, task } = gate;
  const askers = [requester?.sub, requester?.runnerId, requester?.onBehalfOf];
  const said = advisory?.summary;
  return {
    gate,
    action: visibleText(canonicalJson(action)),
    artifacts: (action.artifacts ?? []).map(({ name, sha256, bytes }) => ({
      name: visibleText(name),
      sha256: visibleText(sha256),
      bytes,
    })),
    task: visibleLines(task.description),
    criteria: acceptanceCriteria === undefined ? null : visibleLines(acceptanceCriteria),
    summary: said === undefined ? null : visibleLines(said),
    requester: requester === undefined ? null : askers.filter(Boolean).join(', for '),
    from: visibleText((policy?.from ?? approvers ?? []).join(', ')),
  };
}
