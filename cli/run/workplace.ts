import type { Grant } from '../../src/contract/runner.ts';
import type { Work } from '../../src/contract/work.ts';
import { type LeaseMemory, leaseMemory } from './adapters/agent-session.ts';
import { AgentHandle, type Halt } from './agent-handle.ts';
import type { Api } from './api.ts';
import type { HolderCalls } from './holder-calls.ts';
import type { Bench, WorkOutcome } from './job.ts';
import type { LeaseGates } from './lease-gates.ts';
import type { Progress } from './line-protocol.ts';
import type { Outbox } from './outbox.ts';
import { performWork } from './perform-work.ts';
import { AgentProxy } from './proxy.ts';
import { TaskArtifacts } from './task-artifacts.ts';
import { TaskFile } from './task-file.ts';

interface WorkplaceOptions {
  readonly api: Api;
  readonly grant: Grant;
  readonly bench: Bench;
  readonly stateDir: string;
  readonly outbox: Outbox;
  readonly calls: HolderCalls;
  /** Aborted once the lease has ended. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly isOver: () => boolean;
  readonly gates: LeaseGates;
}

/** Where the works of one lease are done: the agent's way to the server, its task file, the command that runs. */
export class Workplace {
  readonly #options: WorkplaceOptions;
  readonly #proxy: AgentProxy;
  readonly #taskFile: TaskFile;
  readonly #agent = new AgentHandle();
  readonly #memory: LeaseMemory;
  readonly #artifacts: TaskArtifacts;

  constructor(options: WorkplaceOptions) {
    const { api, grant, stateDir, outbox, gates } = options;
    this.#options = options;
    this.#memory = leaseMemory(grant);
    this.#proxy = new AgentProxy({
      serverUrl: api.baseUrl,
      taskId: grant.task.id,
      agentToken: grant.agentToken,
      mask: (value) => outbox.mask(value),
      useGate: (gateId) => gates.useForAgent(gateId),
    });
    outbox.hide(grant.agentToken);
    outbox.hide(this.#proxy.token);
    this.#taskFile = new TaskFile(stateDir, grant);
    this.#artifacts = new TaskArtifacts(options);
  }

  /** True while a command runs. */
  get isBusy(): boolean {
    return this.#agent.isRunning;
  }

  open(): Promise<void> {
    return this.#proxy.start();
  }

  async close(): Promise<void> {
    this.#proxy.close();
    await this.#taskFile.remove();
  }

  /** The server renews the token of an agent while the lease lives. */
  renew(agentToken: string): void {
    this.#options.outbox.hide(agentToken);
    this.#proxy.renew(agentToken);
  }

  async perform(work: Work, graceMs: number): Promise<WorkOutcome> {
    const { bench, grant, outbox, onProgress, isOver, gates } = this.#options;
    await this.#taskFile.write(work);
    try {
      return await performWork({
        bench,
        grant,
        work,
        graceMs,
        outbox,
        memory: this.#memory,
        proxy: this.#proxy,
        taskFile: this.#taskFile.path,
        artifacts: this.#artifacts,
        onProgress,
        onRun: (run) => this.#agent.attach(run),
        isOver,
        gates,
      });
    } finally {
      this.#agent.detach();
    }
  }

  halt(halt: Halt): void {
    this.#agent.halt(halt);
  }
}
