import { ok, type Result, refuse } from '../../contract/error.ts';
import { MESSAGES_MAX } from '../../contract/message.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import type { PostMessage } from '../steering-command.ts';
import { isEnded, type TaskState } from '../task.ts';
import { resumeCourse } from './control.ts';

/** Takes what a person says. It is what a task waits for that is paused for an answer, and that one goes on. */
export function decideMessage(state: TaskState, command: PostMessage): Result<Decision> {
  const { actor, messageId, text, now } = command;
  if (actor.kind !== 'person') {
    return refuse('human_required', 'Only a person may say something to the agent of a task.');
  }
  if (isEnded(state.status)) {
    return refuse('invalid_transition', `Nobody works on the task any more (${state.status}).`);
  }
  if ((state.messages ?? []).length >= MESSAGES_MAX) {
    return refuse('limit_reached', `${MESSAGES_MAX} messages wait to be heard already.`);
  }
  const said = { messageId, from: actor.name, fromId: actor.id, text, status: state.status };
  const course = new Course(state, now).add({ type: 'task:message', data: said });
  const isAnswer = state.status === 'paused' && state.pauseReason === 'input';
  return ok((isAnswer ? resumeCourse(course) : course).decision);
}
