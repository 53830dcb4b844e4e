import { randomUUID } from 'node:crypto';
import type { Gate } from '../../src/contract/gate.ts';
import type { Answer } from './api.ts';
import type { HolderCalls } from './holder-calls.ts';
import { type GateUse, useGate, useGateInTime } from './use-gate.ts';

/** What an agent asks people by a line of its output. */
export interface GateAsked {
  readonly name: string;
  readonly action: Readonly<Record<string, unknown>>;
  readonly advisory?: { readonly summary: string };
}

export interface AgentReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The gates of one lease: what its holder asks there, and how it uses what was approved. */
export class LeaseGates {
  readonly #calls: HolderCalls;
  readonly #signal: AbortSignal;

  constructor(calls: HolderCalls, signal: AbortSignal) {
    this.#calls = calls;
    this.#signal = signal;
  }

  ask(asked: GateAsked): Promise<Answer<Gate>> {
    return this.#calls.post<Gate>('/gates', { body: asked, signal: this.#signal });
  }

  /** For a work of the lease; waits where people are asked once more. */
  use(gateId: string, consumeId: string): Promise<GateUse> {
    return useGateInTime(this.#calls, { gateId, consumeId, signal: this.#signal });
  }

  /** In the name of the agent, which knows neither the lease nor the nonce. */
  async useForAgent(gateId: string): Promise<AgentReply> {
    const consumeId = `cns_${randomUUID()}`;
    const use = await useGate(this.#calls, { gateId, consumeId, signal: this.#signal });
    if (use.how === 'used') return { status: 200, body: { ok: true, action: use.action } };
    const pending = { code: 'gate_not_approved', message: 'The gate is not approved' };
    const { code, message } = use.how === 'refused' ? use : pending;
    return { status: 409, body: { error: message, code, isPending: use.how === 'pending' } };
  }
}
