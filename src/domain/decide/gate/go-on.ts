import type { TaskStatus } from '../../../contract/task.ts';
import { advance } from '../../advance.ts';
import type { Course } from '../../course.ts';
import { nextHold } from '../../next-hold.ts';
import type { Hold, TaskState } from '../../task.ts';
import { carryOut } from '../report.ts';
import { awaitsWork } from './awaits-work.ts';

/** What holds the task, if it is this gate. */
export const holdOf = ({ hold }: TaskState, gateId: string): Hold | undefined =>
  hold?.gateId === gateId ? hold : undefined;

/** The status of a task once this gate holds it no longer. */
export function statusBehind(state: TaskState, gateId: string): TaskStatus {
  const hold = holdOf(state, gateId);
  // What is paused before a gate stays paused, and goes on behind the gate.
  if (state.status === 'paused') return state.status;
  // Another one that is waited for may stand behind it.
  if (hold === undefined || nextHold(state, gateId) !== undefined) return state.status;
  return hold.kind === 'work' ? 'in-progress' : hold.before;
}

/** Goes on behind a gate that has let the task pass; `hold` is what held it there. */
export function goOn(course: Course, hold: Hold | undefined): Course {
  const { state } = course;
  if (hold === undefined || state.hold !== undefined || state.status === 'paused') return course;
  if (hold.kind === 'report') return carryOut(course, hold.report);
  return hold.kind === 'work' || awaitsWork(course.state) ? advance(course) : course;
}
