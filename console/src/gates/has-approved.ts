import type { Gate } from '../../../src/contract/gate.ts';
import type { Me } from '../../../src/contract/me.ts';
import { approvalsOf } from './gate-words.ts';

interface Voter {
  readonly principal: Pick<Me['principal'], 'id' | 'name'>;
  readonly authMode: Me['authMode'];
}

/** Whether this person has approved it already: again would be no second voice. In open mode people are told apart by their names. */
export const hasApproved = (gate: Gate, me: Voter | null): boolean =>
  me !== null &&
  approvalsOf(gate).some(
    ({ approverId, approver }) =>
      approverId === me.principal.id && (me.authMode !== 'open' || approver === me.principal.name),
  );
