// The session of an agent in one run of a stage: gone on with where that is possible, remembered for the next run.
import type { Grant } from '../../../src/contract/runner.ts';
import type { Work } from '../../../src/contract/work.ts';
import type { Outbox } from '../outbox.ts';
import { type AdapterName, makeAdapter, resumeCommand } from './choose.ts';
import { checkpointOf, recallSession, type SessionPlace } from './session-memory.ts';
import type { Adapter } from './told.ts';

/** What the works of one lease leave to each other. */
export interface LeaseMemory {
  checkpoint: unknown;
  /** What is known that the task has cost, in dollars. */
  cost: number;
}

export const leaseMemory = ({ resume }: Grant): LeaseMemory => ({
  checkpoint: resume.checkpoint,
  cost: resume.usage?.estimatedCost ?? 0,
});

interface AgentSessionOptions {
  readonly adapter: AdapterName;
  readonly command: readonly string[];
  readonly machine: string;
  readonly work: Work;
  readonly memory: LeaseMemory;
  readonly outbox: Outbox;
}

export class AgentSession {
  readonly adapter: Adapter | undefined;
  readonly command: readonly string[];
  readonly #options: AgentSessionOptions;
  readonly #place: SessionPlace;
  readonly #costBefore: number;
  #sessionId: string | undefined;
  #saved = '';

  constructor(options: AgentSessionOptions) {
    const { adapter, command, machine, work, memory } = options;
    this.#options = options;
    this.#place = { adapter, machine, stage: work.stage };
    const recalled = recallSession(memory.checkpoint, this.#place);
    const resumed =
      recalled === undefined ? undefined : resumeCommand(adapter, command, recalled.sessionId);
    const goesOn = resumed === undefined ? undefined : recalled;
    this.command = resumed ?? command;
    this.#sessionId = goesOn?.sessionId;
    this.#costBefore = goesOn?.costBefore ?? memory.cost;
    this.adapter = makeAdapter(adapter, command, goesOn?.adapterMemory ?? {});
  }

  get isResumed(): boolean {
    return this.command !== this.#options.command;
  }

  /** The agent says under which name it can go on. */
  begin(sessionId: string): void {
    if (sessionId === '') return;
    this.#sessionId = sessionId;
    this.#save(sessionId);
  }

  /** The agent says what its session has cost: with what was before it, that is the task's total. */
  cost(dollars: number): void {
    const { memory, outbox } = this.#options;
    const reportedCost = this.#costBefore + dollars;
    memory.cost = Math.max(memory.cost, reportedCost);
    outbox.push('usage:report', { inputTokens: 0, outputTokens: 0, reportedCost, scope: 'total' });
  }

  /** The run is over; a session that failed or is full is not gone on with. */
  end(isUsable: boolean): void {
    if (this.#sessionId !== undefined) this.#save(isUsable ? this.#sessionId : undefined);
  }

  #save(sessionId: string | undefined): void {
    const { memory, outbox } = this.#options;
    const kept = {
      ...this.#place,
      costBefore: this.#costBefore,
      adapterMemory: this.adapter?.memory ?? {},
    };
    const checkpoint = checkpointOf(kept, sessionId);
    const text = JSON.stringify(checkpoint);
    if (text === this.#saved) return;
    this.#saved = text;
    memory.checkpoint = checkpoint;
    outbox.push('checkpoint:saved', checkpoint);
  }
}
