import type { Gate } from '../../../src/contract/gate.ts';
import type { Refusal } from '../api/ask.ts';
import { Ago } from '../parts/ago.tsx';
import { plain } from '../parts/plain.ts';
import { place } from '../routing/place.ts';
import { stateOf } from './gate-words.ts';

interface QuickerProps {
  readonly refusal: Refusal | null;
  /** The gate as it is now, where somebody else was quicker. */
  readonly gate: Gate | null;
}

/** Why it was not decided: somebody was quicker, or what the server says. */
export function Quicker({ refusal, gate }: QuickerProps) {
  if (refusal === null) return null;
  const who = gate?.approver ?? gate?.votes?.at(-1)?.approver;
  return (
    <p class="bad" role="alert">
      {gate !== null && who !== undefined && gate.respondedAt !== undefined ? (
        <>
          already {stateOf(gate)} by {plain(who)} <Ago at={gate.respondedAt} suffix=" ago" />
        </>
      ) : (
        <>
          {refusal.message} {refusal.hint} <code>{refusal.code}</code>
        </>
      )}
      {/passkey|authentication/.test(refusal.code) && (
        <>
          {' '}
          <a href={`/signin?stepUp=1&return=${encodeURIComponent(hereOf())}`}>
            Confirm it on the sign-in page
          </a>
        </>
      )}
    </p>
  );
}

const hereOf = (): string => `${place.value.pathname}${place.value.search}`;
