import type { Answer } from './ask.ts';

/** Asks; where the sign-in has to be fresh, the person confirms by their passkey, and it is asked again, once. */
export async function withFreshSignin<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await ask();
  if (answer.ok || answer.refusal.code !== 'insufficient_user_authentication') return answer;
  const passkey = await import('./passkey.ts').catch(() => null);
  // It could not be loaded: the refusal leads to the sign-in page.
  if (passkey === null) return answer;
  const confirmed = await passkey.confirmSelf();
  return confirmed.ok ? ask() : confirmed;
}
