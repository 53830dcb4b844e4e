import type { GateAction } from '../../src/contract/gate.ts';
import type { ResultBody } from '../../src/contract/work.ts';

/** What became of a commit or a merge. */
export type ActionOutcome = Pick<ResultBody, 'outcome' | 'summary' | 'error'> & {
  readonly outputs?: Record<string, string>;
  /** The branch that moved and may be pushed. */
  readonly moved?: string;
  /** What was done, as it was found done. */
  readonly effective?: GateAction;
};

export const failed = (code: string, message: string, retryable: boolean): ActionOutcome => ({
  outcome: 'failed',
  error: { code, message: message.slice(0, 10_000).toWellFormed(), retryable },
});

/** A member of an action that is text; an action without it is refused by its reader. */
export const actionText = (
  action: GateAction | undefined,
  part: 'target' | 'params',
  name: string,
): string | undefined => {
  const value = action?.[part][name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
