// The API as any program would call it, with an honest account of what became of each call.
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Task, TaskRow } from '../../src/contract/task.ts';

const ANSWER_MS_MAX = 30_000;
const EVENTS_PAGE = 1_000;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  /** How long the server may hold the call. */
  readonly waitMs?: number;
}

/**
 * `in-doubt`: the connection died, or the server failed, and nobody knows whether it was done. `unsent`: nobody listened,
 * so it was not.
 */
export type Outcome<T> =
  | { readonly kind: 'acknowledged'; readonly status: number; readonly body: T }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  | { readonly kind: 'in-doubt'; readonly why: string }
  | { readonly kind: 'unsent' };

/** One answer, for who measures. */
export interface Answered {
  readonly call: Call;
  readonly outcome: Outcome<unknown>;
  /** Without what the caller let the server hold it. */
  readonly tookMs: number;
}

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error.name;
};

const textOf = (body: unknown, member: string): string => {
  const value = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  return String(value.find(([name]) => name === member)?.[1] ?? '');
};

export class Api {
  readonly url: string;
  readonly #onAnswer: (answered: Answered) => void;

  constructor(url: string, onAnswer: (answered: Answered) => void = () => undefined) {
    this.url = url;
    this.#onAnswer = onAnswer;
  }

  async send<T>(call: Call): Promise<Outcome<T>> {
    const from = performance.now();
    const outcome = await this.#send<T>(call);
    const tookMs = Math.max(0, performance.now() - from - (call.waitMs ?? 0));
    this.#onAnswer({ call, outcome, tookMs });
    return outcome;
  }

  /** An answer that must be a good one, of a server that is up. */
  async get<T>(path: string): Promise<T> {
    const outcome = await this.send<T>({ method: 'GET', path });
    if (outcome.kind === 'acknowledged') return outcome.body;
    throw new Error(`GET ${path}: ${JSON.stringify(outcome)}`);
  }

  /** The whole log of a task, in its order. */
  async events(taskId: string): Promise<readonly TaskEvent[]> {
    const all: TaskEvent[] = [];
    for (let after = 0; ; ) {
      const path = `/tasks/${taskId}/events?after=${after}&limit=${EVENTS_PAGE}`;
      const page = await this.get<{ events: TaskEvent[]; last: number; head: number }>(path);
      all.push(...page.events);
      if (page.events.length === 0 || page.last >= page.head) return all;
      after = page.last;
    }
  }

  task(taskId: string): Promise<Task> {
    return this.get<Task>(`/tasks/${taskId}`);
  }

  /** Every row of a project's listing, of its trash and of its archive. */
  async rows(projectId?: string): Promise<readonly TaskRow[]> {
    const lists = ['/tasks', '/tasks/trashed', '/tasks/archived'];
    const pages = await Promise.all(lists.map((list) => this.#pages(list, projectId)));
    return pages.flat();
  }

  async #pages(list: string, projectId?: string): Promise<readonly TaskRow[]> {
    const all: TaskRow[] = [];
    const project = projectId === undefined ? '' : `&projectId=${projectId}`;
    for (let cursor: string | undefined; ; ) {
      const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.get<{ tasks: TaskRow[]; nextCursor?: string }>(
        `${list}?limit=100${project}${after}`,
      );
      all.push(...page.tasks);
      cursor = page.nextCursor;
      if (cursor === undefined) return all;
    }
  }

  async #send<T>(call: Call): Promise<Outcome<T>> {
    const headers: Record<string, string> = {};
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    if (call.token !== undefined) headers['authorization'] = `Bearer ${call.token}`;
    try {
      const response = await fetch(this.url + call.path, {
        method: call.method ?? 'POST',
        headers,
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: AbortSignal.timeout(ANSWER_MS_MAX + (call.waitMs ?? 0)),
      });
      const body: unknown = await response.json();
      const { status } = response;
      if (status >= 500)
        return { kind: 'in-doubt', why: `HTTP ${status} ${textOf(body, 'error')}` };
      if (!response.ok) return { kind: 'refused', status, code: textOf(body, 'code') };
      // The server's own shape, which its own tests hold to the contract.
      return { kind: 'acknowledged', status, body: body as T };
    } catch (error) {
      const why = codeOf(error);
      return why === 'ECONNREFUSED' ? { kind: 'unsent' } : { kind: 'in-doubt', why };
    }
  }
}
