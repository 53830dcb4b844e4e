import type { Result } from '../contract/error.ts';
import type { LogPage, LogsWanted } from '../contract/logs.ts';
import type { Ask } from './ask.ts';
import { targetDoor } from './target.ts';

/** A page of a task's logs, oldest first. */
export async function readLogs(ask: Ask, id: string, wanted: LogsWanted): Promise<Result<LogPage>> {
  const target = await targetDoor(ask, id, 'log');
  return target.ok ? target.value.logs({ actor: ask.actor, ...wanted }) : target;
}
