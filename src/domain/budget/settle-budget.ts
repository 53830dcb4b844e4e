import type { PolicyTerms } from '../../contract/gate-policy.ts';
import type { Course } from '../course.ts';
import { instancesOf, openGate } from '../gates.ts';
import { askGate } from '../reach-gate.ts';
import { isEnded, isWorking, type TaskState } from '../task.ts';
import { type Breach, breachOf, extendAction, openBudgetGate } from './breach.ts';
import { dueThresholds } from './thresholds.ts';

/** Who may raise a limit. */
const EXTEND_TERMS: PolicyTerms = { from: ['role:project-admin'], allowEdit: true };

/** Asks people to raise the limit, and stops the work meanwhile. What was paused before stays paused as it was. */
function stopFor(course: Course, breach: Breach): Course {
  const { state, nowMs, nowIso } = course;
  const gate = openGate(state, {
    name: 'budget',
    source: 'budget',
    instance: instancesOf(state, 'budget') + 1,
    nowMs,
    action: extendAction(breach),
    policy: EXTEND_TERMS,
  });
  askGate(course, gate, { status: state.status });
  if (state.status === 'paused') return course;
  return course.add({
    type: 'task:paused',
    data: { status: 'paused', reason: 'budget', pausedAt: nowIso },
  });
}

const mayStop = ({ status, trashedAt }: TaskState): boolean =>
  trashedAt === undefined &&
  (isWorking(status) ||
    status === 'queued' ||
    status === 'waiting-approval' ||
    status === 'paused');

/** Tells what has been used of each limit, and stops a task that has reached one. */
export function settleBudget(course: Course): Course {
  if (isEnded(course.state.status)) return course;
  for (const data of dueThresholds(course.state, course.nowMs)) {
    course.add({ type: 'budget:threshold', data });
  }
  const { state, nowMs } = course;
  if (openBudgetGate(state) !== undefined || !mayStop(state)) return course;
  const breach = breachOf(state, nowMs);
  return breach === null ? course : stopFor(course, breach);
}
