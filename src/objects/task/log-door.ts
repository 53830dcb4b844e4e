import type { Result } from '../../contract/error.ts';
import type { LogPage } from '../../contract/logs.ts';
import type { EventsPage, EventsRequest, LogsRequest, TaskReader } from './task-reader.ts';

/** What can be asked of a task's log. */
export class LogDoor {
  readonly #reader: TaskReader;

  constructor(reader: TaskReader) {
    this.#reader = reader;
  }

  /** Events after a cursor; with none yet, as soon as there is one, for `waitMs` at most. */
  events(request: EventsRequest): Promise<Result<EventsPage>> {
    return this.#reader.events(request);
  }

  logs(request: LogsRequest): Result<LogPage> {
    return this.#reader.logs(request);
  }
}
