import type { Work } from '../../src/contract/work.ts';
import type { Terminal } from '../terminal.ts';
import type { AgentSession } from './adapters/agent-session.ts';
import type { GateAsked } from './lease-gates.ts';
import type { AskedArtifact, LineRules, Progress } from './line-protocol.ts';
import type { Outbox } from './outbox.ts';

/** Where what a command writes goes to. */
export interface OutputOptions {
  readonly taskId: string;
  readonly work: Work;
  readonly rules: LineRules;
  readonly outbox: Outbox;
  readonly terminal: Terminal;
  readonly onProgress: (progress: Progress) => void;
  readonly session: AgentSession;
  /** The session of the agent has no room left. */
  readonly onFull: () => void;
  readonly onArtifact: (asked: AskedArtifact) => void;
  readonly onGate: (asked: GateAsked) => void;
}
