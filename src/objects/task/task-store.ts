import type { TaskEvent } from '../../contract/event.ts';
import { toBlocks } from '../../domain/blocks.ts';
import type { Decision } from '../../domain/draft.ts';
import { record } from '../../domain/record.ts';
import type { TaskState } from '../../domain/task.ts';
import { hasTables, makeTables, migrate } from '../migrations.ts';
import { rowsOf } from './block-rows.ts';
import { EventLog } from './event-log.ts';
import { GateSecret } from './gate-secret.ts';
import { Snapshot } from './snapshot.ts';
import { TASK_TABLES } from './task-tables.ts';

/** What the project's own agents are told stands beside the log, for everybody may read the log. */
const PROMPTS = 'prompts';

/** The log of a task and the state it folds to. What is committed here is durable before anybody is told. */
export class TaskStore {
  readonly log: EventLog;
  readonly #storage: DurableObjectStorage;
  readonly #snapshot: Snapshot;
  readonly #secret: GateSecret;
  readonly #taskId: string;
  readonly #migrations: readonly string[];
  #state: TaskState | null | undefined;

  #isMade: boolean;

  /** A task that was never created has no tables, so asking for unknown ids stores nothing. */
  constructor(storage: DurableObjectStorage, taskId: string, migrations: readonly string[]) {
    this.#storage = storage;
    this.#migrations = migrations;
    this.#isMade = hasTables(storage);
    if (this.#isMade) migrate(storage, migrations);
    this.#taskId = taskId;
    this.log = new EventLog(storage.sql, taskId);
    this.#snapshot = new Snapshot(storage.sql);
    this.#secret = new GateSecret(storage.kv);
  }

  /** The state; memory is only a cache, so the first use after a wake folds the log. */
  get state(): TaskState | null {
    if (!this.#isMade) return null;
    if (this.#state === undefined) this.#state = this.#load();
    return this.#state;
  }

  #load(): TaskState | null {
    const state = this.#snapshot.load(this.log);
    if (state === null) return null;
    const prompts = this.#storage.kv.get<TaskState['prompts']>(PROMPTS);
    const gateSecret = this.#secret.value;
    return { ...state, gateSecret, ...(prompts === undefined ? {} : { prompts }) };
  }

  /** Keeps what agents are told, beside what earlier calls have kept. */
  keepPrompts(prompts: Readonly<Record<string, string>>): void {
    const { state } = this;
    if (state === null || Object.keys(prompts).length === 0) return;
    const all = { ...state.prompts, ...prompts };
    this.#storage.kv.put(PROMPTS, all);
    this.#state = { ...state, prompts: all };
  }

  /** When the newest event happened. */
  get heardAt(): number {
    return Date.parse(this.log.newestAt);
  }

  get head(): number {
    return this.state?.seq ?? 0;
  }

  /** Nothing is left: the task is one that was never created. */
  async erase(): Promise<void> {
    this.#isMade = false;
    this.#state = undefined;
    this.#secret.forget();
    this.log.forgetTail();
    await this.#storage.deleteAll();
  }

  #make(): void {
    if (this.#isMade) return;
    makeTables(this.#storage, TASK_TABLES, this.#migrations.length);
    this.#isMade = true;
    // There is nothing in them to be looked for.
    this.#state = null;
    this.log.begin();
  }

  /** Writes what was decided, in one transaction, and folds it. */
  commit(decision: Decision, nowMs: number): readonly TaskEvent[] {
    const { drafts, source } = decision;
    if (drafts.length === 0) return [];
    this.#make();
    const { events, state } = record(this.state, this.#taskId, drafts, nowMs);
    const after =
      source === undefined
        ? state
        : { ...state, producers: { ...state.producers, [source.producer]: source.to } };
    const rows = rowsOf(toBlocks(events, after.epoch, source));
    const write = (): void => {
      this.log.append(rows);
      this.#snapshot.count(rows.length, after);
    };
    try {
      // One row needs none, and a transaction takes as long as writing it.
      if (rows.length === 1 && !this.#snapshot.isDueAfter(1)) write();
      else this.#storage.transactionSync(write);
    } catch (error) {
      this.log.forgetTail();
      this.#state = undefined;
      throw error;
    }
    this.#state = { ...after, gateSecret: this.#secret.value };
    this.#secret.keepFor(events);
    return events;
  }
}
