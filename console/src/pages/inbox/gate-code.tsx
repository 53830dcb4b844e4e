import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { InCode } from '../../parts/code.tsx';
import { callsOf } from './calls.ts';

/** The inbox in code, with the gate that is open. Loaded after the list: it makes the hash of the action, too. */
export const GateCode = ({ gate }: { readonly gate: InboxGate | null }) => (
  <InCode calls={callsOf(gate)} />
);
