// What came of a line: its events, the status after them, what the runner does next, or the refusal.

import { ERRORS } from '../../src/contract/error.ts';
import type { TaskEvent } from '../../src/contract/event.ts';
import { STAGE_POLICY } from '../../src/domain/gate-policy.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { nextView } from '../../src/domain/work-view.ts';
import type { Step } from '../domain/world.ts';
import { writeValue } from './line.ts';
import { familyState, familyWords, tellOrders } from './tell-family.ts';

/** What is worth telling of each type of event, besides its number and name. */
const TOLD: Partial<Record<TaskEvent['type'], readonly string[]>> = {
  'task:queued': ['notBefore'],
  'task:stage-changed': ['status', 'stage', 'message'],
  'task:failed': ['error'],
  'task:cancelled': ['error', 'reason'],
  'task:retried': ['attempt', 'from', 'automatic'],
  'task:paused': ['reason', 'resumeAfter'],
  'log:entry': ['level', 'message'],
  'agent:progress': ['percent'],
  'usage:updated': ['inputTokens', 'outputTokens', 'estimatedCost'],
  'gate:required': ['gateName'],
  'gate:escalated': ['gateName', 'reason'],
  'gate:waived': ['gateName', 'by', 'reason'],
  'gate:cancelled': ['gateName', 'by', 'reason'],
  'gate:consumed': ['gateName', 'by'],
  'gate:mismatch': ['gateName', 'by', 'reason'],
  'gate:vote': ['gateName', 'approver', 'quorum'],
  'gate:approved': ['gateName', 'approver', 'claimedApprover', 'comment'],
  'gate:rejected': ['gateName', 'rejector', 'reason', 'comment'],
  'gate:changes-requested': ['gateName', 'requester', 'stage', 'comment'],
  'work:given': ['kind', 'stage', 'try'],
  'work:finished': ['kind', 'stage', 'outcome'],
  'lease:acquired': ['runnerName', 'epoch'],
  'lease:ended': ['epoch', 'reason'],
};

/** That a gate waits for a week goes without saying. */
const USUAL_MS = STAGE_POLICY.expiresInSeconds * 1_000;

function askedWords({ timestamp, data }: Extract<TaskEvent, { type: 'gate:required' }>): string[] {
  const { expiresAt = timestamp, action } = data;
  const isUsual = Date.parse(expiresAt) === Date.parse(timestamp) + USUAL_MS;
  return [...(isUsual ? [] : [`expiresAt=${writeValue(expiresAt)}`]), `action=${action.type}`];
}

function tellEvent(event: TaskEvent): string {
  const members = Object.entries(event.data);
  const words = (TOLD[event.type] ?? []).flatMap((key) => {
    const value = members.find(([name]) => name === key)?.[1];
    return value === undefined ? [] : [`${key}=${writeValue(String(value))}`];
  });
  if (event.type === 'gate:required') words.push(...askedWords(event));
  return [event.seq, event.type, ...familyWords(event), ...words].join(' ');
}

function tellState(state: TaskState): string {
  const gate = state.gates.find(({ id }) => id === state.hold?.gateId);
  const error = state.error === undefined ? '' : ` error=${writeValue(state.error)}`;
  return gate === undefined
    ? `is ${state.status}${familyState(state)}${error}`
    : `is ${state.status} before ${gate.name}, instance ${gate.instance}`;
}

function tellNext(state: TaskState): string {
  const next = nextView(state);
  if (next.do === 'stop') return 'next stop';
  if (next.do === 'hold') return `next hold for ${next.gates.map(({ name }) => name).join(', ')}`;
  const { kind, stage, index, of, feedback } = next.work;
  const words = feedback.map(({ comment }) => ` feedback=${writeValue(comment)}`).join('');
  return `next ${kind} ${stage} (${index} of ${of})${words}`;
}

export function tell(step: Step): readonly string[] {
  const { decided, events, after, command } = step;
  if (!decided.ok) {
    const { code, message, extra } = decided.refusal;
    const expected = extra?.['expected'];
    const words = expected === undefined ? '' : ` expected=${String(expected)}`;
    return [`refused ${ERRORS[code].status} ${code}${words}: ${message}`];
  }
  const told = events.length === 0 ? ['nothing changes'] : events.map(tellEvent);
  if (after === null) return told;
  const orders = events.length === 0 ? [] : tellOrders(after);
  const lines = [...told, tellState(after), ...orders];
  const isTold = events.some(({ type }) => type === 'work:given');
  const asksNext = isTold || command.type === 'claim' || command.type === 'finish-work';
  if (asksNext) return [...lines, tellNext(after)];
  if (events.length === 0) return lines.slice(0, 1);
  return lines;
}
