// What is asked of a task on its way to the object. It goes as text: the platform's own copy of a command with its actor
// and of the answer takes as long as all that is decided there.

import type { Result } from '../contract/error.ts';
import { fromJsonText, toJsonText } from '../contract/json-text.ts';
import type { Command } from '../domain/command.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { TaskClient } from './stubs.ts';

/** Has a task decide a command, which is durable when this answers. A refusal has changed nothing. */
export async function dispatch(task: TaskClient, command: Command): Promise<Result<Outcome>> {
  return fromJsonText(await task.dispatch(toJsonText(command)));
}
