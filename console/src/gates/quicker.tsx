import type { Gate } from '../../../src/contract/gate.ts';
import type { Refusal } from '../api/ask.ts';
import { Ago } from '../parts/ago.tsx';
import { plain } from '../parts/plain.ts';
import { Why } from '../parts/why.tsx';
import { isOpen, stateOf } from './gate-words.ts';

interface QuickerProps {
  readonly refusal: Refusal | null;
  /** The gate as it is now, where it is no longer what was shown. */
  readonly gate: Gate | null;
}

/** Why it was not decided: somebody was quicker, or what the server says. */
export function Quicker({ refusal, gate }: QuickerProps) {
  if (gate !== null) return <Changed gate={gate} />;
  return <Why refusal={refusal} />;
}

function Changed({ gate }: { readonly gate: Gate }) {
  const who = gate.approver ?? gate.votes?.at(-1)?.approver;
  if (isOpen(gate)) {
    return (
      <p class="bad" role="alert">
        The action is no longer this one. Close the sheet, and look at what is asked now.
      </p>
    );
  }
  return (
    <p class="bad" role="alert">
      already {stateOf(gate)}
      {who !== undefined && ` by ${plain(who)}`}{' '}
      {gate.respondedAt !== undefined && <Ago at={gate.respondedAt} suffix=" ago" />}
    </p>
  );
}
