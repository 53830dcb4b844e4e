// The API as any program would call it: fetch, and nothing of ours.
import type { TaskEvent } from '../../../src/contract/event.ts';
import type { Task, TaskRow } from '../../../src/contract/task.ts';
import { until } from './until.ts';

const PAGE = 1_000;

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

interface Page {
  readonly events: TaskEvent[];
  readonly last: number;
  readonly head: number;
}

export class Client {
  readonly url: string;
  readonly #token: string | undefined;

  /** `token`: whose it is, where nobody else's is named. */
  constructor(url: string, token?: string) {
    this.url = url;
    this.#token = token;
  }

  /** Any answer, also a refusal. */
  async ask<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    token = this.#token,
  ): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(45_000),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  /** An answer that must be a good one. */
  async call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<T> {
    const answer = await this.ask<T>(method, path, body, token);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  get<T = unknown>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  post<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  async create(fields: Record<string, unknown>): Promise<string> {
    return (await this.post<{ taskId: string }>('/tasks', fields)).taskId;
  }

  task(id: string): Promise<Task> {
    return this.get<Task>(`/tasks/${id}`);
  }

  /** The whole log, in its order. */
  async events(id: string): Promise<TaskEvent[]> {
    const all: TaskEvent[] = [];
    for (let after = 0; ; ) {
      const page = await this.get<Page>(`/tasks/${id}/events?after=${after}&limit=${PAGE}`);
      all.push(...page.events);
      if (page.events.length === 0 || page.last >= page.head) return all;
      after = page.last;
    }
  }

  /** Every row of the listing, by its cursor. */
  async list(query = ''): Promise<TaskRow[]> {
    const all: TaskRow[] = [];
    for (let cursor: string | undefined; ; ) {
      const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.get<{ tasks: TaskRow[]; nextCursor?: string | null }>(
        `/tasks?limit=100${query}${after}`,
      );
      all.push(...page.tasks);
      cursor = page.nextCursor ?? undefined;
      if (cursor === undefined) return all;
    }
  }

  /** Waits until the task has this status; says what it had when it never came. */
  async reaches(id: string, status: string, withinMs = 60_000): Promise<Task> {
    let last: Task | undefined;
    try {
      return await until(
        async () => {
          last = await this.task(id);
          return last.status === status ? last : undefined;
        },
        { what: `${id} is ${status}`, withinMs },
      );
    } catch (error) {
      const said = last?.logs.slice(-5).map(({ message }) => message);
      const state = `${last?.status} at ${last?.currentStage}, ${last?.error ?? 'no error'}`;
      throw new Error(`${String(error)}; it is ${state}: ${JSON.stringify(said)}`);
    }
  }

  /** Waits until the log has an event of which this is true. */
  happens(id: string, what: string, isIt: (event: TaskEvent) => boolean): Promise<TaskEvent> {
    return until(async () => (await this.events(id)).find(isIt), { what, withinMs: 60_000 });
  }
}
