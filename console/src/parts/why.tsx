import type { Refusal } from '../api/ask.ts';
import { plain } from './plain.ts';

/** Refusals for which the sign-in page has other ways: another device, a recovery code, another server. */
const OF_PROOF = /passkey|insufficient_user_authentication/;

/** A form may be longer than the screen, and be sent from its first field. */
const intoSight = (one: Element | null): void => one?.scrollIntoView({ block: 'nearest' });

/** Why something that was asked for has not been done, beside the place where it was asked. */
export function Why({ refusal }: { readonly refusal: Refusal | null }) {
  if (refusal === null) return null;
  const { message, hint = '', code } = refusal;
  return (
    <p ref={intoSight} class="bad" role="alert">
      {plain(`${message} ${hint}`.trim())} <code>{code}</code>
      {OF_PROOF.test(code) && (
        <>
          {' '}
          {/* In a tab of its own: what has been filled in here stays. */}
          <a href="/signin?stepUp=1&return=/signin/account" target="_blank" rel="noopener">
            Confirm it on the sign-in page
          </a>
        </>
      )}
    </p>
  );
}
