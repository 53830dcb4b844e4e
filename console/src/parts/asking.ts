// Something asked of the server: nobody asks twice at once, and who asked is told why not.

import { useRef, useState } from 'preact/hooks';
import type { Answer, Refusal } from '../api/ask.ts';
import { withFreshSignin } from '../api/fresh-signin.ts';

interface AskState {
  readonly isAsking: boolean;
  /** Of the last time, or null. */
  readonly refusal: Refusal | null;
  /** Asks unless an answer is being waited for; `done` hears of a good one. */
  readonly run: <T>(ask: () => Promise<Answer<T>>, done: (value: T) => void) => Promise<void>;
}

/** What was to be asked with could not be read or loaded. */
function failed(error: unknown): Answer<never> {
  const message = `This browser could not do it: ${error instanceof Error ? error.message : error}`;
  const hint = 'Try again; load the page again if it stays so.';
  return { ok: false, refusal: { status: 0, code: 'failed', message, hint, body: {} } };
}

/** Keeps account of one button or one form. */
export function useAsking(): AskState {
  const [state, setState] = useState<Omit<AskState, 'run'>>({ isAsking: false, refusal: null });
  const isAsking = useRef(false);
  const run: AskState['run'] = async (ask, done) => {
    if (isAsking.current) return;
    isAsking.current = true;
    setState({ isAsking: true, refusal: null });
    const answer = await withFreshSignin(ask).catch(failed);
    isAsking.current = false;
    setState({ isAsking: false, refusal: answer.ok ? null : answer.refusal });
    if (answer.ok) done(answer.value);
  };
  return { ...state, run };
}
