// What a line of an agent's own format comes to, whatever the format.
import type { Progress } from '../line-protocol.ts';

/** Why an agent did not do its work, in its own words. */
export interface AgentFault {
  readonly message: string;
  readonly retryable: boolean;
  /** Set where the work is not at fault: a limit of the provider, or of the agent's session. */
  readonly pauseReason?: 'rate_limit' | 'usage_limit' | 'session_limit';
}

export type Level = 'debug' | 'info' | 'warn' | 'error';

export type Told =
  | { readonly kind: 'event'; readonly type: string; readonly data: Record<string, unknown> }
  | { readonly kind: 'log'; readonly level: Level; readonly text: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The name under which the agent can go on where it stopped. */
  | { readonly kind: 'session'; readonly sessionId: string }
  /** What the agent says that all of its session has cost, in dollars. */
  | { readonly kind: 'cost'; readonly dollars: number }
  | { readonly kind: 'summary'; readonly text: string }
  /** There is no room left in the session: the agent is stopped, and begins a new one. */
  | { readonly kind: 'full'; readonly message: string }
  /** How the agent says that it ended; without a fault it takes back an earlier one. */
  | { readonly kind: 'ended'; readonly fault?: AgentFault };

/** Reads the lines of one run of an agent. */
export interface Adapter {
  /** Undefined where the line is none of this format: it is kept as text. */
  read(line: string): readonly Told[] | undefined;
  /** What a later run of the same session has to know, small enough for a checkpoint. */
  readonly memory: Readonly<Record<string, unknown>>;
}

export const told = (type: string, data: Record<string, unknown>): Told => ({
  kind: 'event',
  type,
  data,
});

export const noted = (level: Level, text: string): Told => ({ kind: 'log', level, text });
