// Something asked of the server: nobody asks twice at once, and who asked is told why not.

import { useRef, useState } from 'preact/hooks';
import type { Answer, Refusal } from '../api/ask.ts';

interface AskState {
  readonly isAsking: boolean;
  /** Of the last time, or null. */
  readonly refusal: Refusal | null;
  /** Asks unless an answer is being waited for; `done` hears of a good one. */
  readonly run: <T>(ask: () => Promise<Answer<T>>, done: (value: T) => void) => Promise<void>;
}

/** Asks; where the sign-in has to be fresh, the person confirms by their passkey, and it is asked again. */
async function withFreshSignin<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await ask();
  if (answer.ok || answer.refusal.code !== 'insufficient_user_authentication') return answer;
  const { confirmSelf } = await import('../api/passkey.ts');
  const confirmed = await confirmSelf();
  return confirmed.ok ? ask() : confirmed;
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
