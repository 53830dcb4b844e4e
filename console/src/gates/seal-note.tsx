import type { Gate } from '../../../src/contract/gate.ts';
import { SEAL_WORDS, sealOf } from './own-hash.ts';

/** Why the action of a gate cannot be let pass here; nothing where it can. */
export function SealNote({ gate }: { readonly gate: Gate }) {
  const why = SEAL_WORDS[sealOf(gate)];
  return why === null ? null : (
    <p class="bad" role="alert">
      {why}
    </p>
  );
}
