// What an approver may make of a question for a higher limit.

import { ok, type Result, refuse } from '../../contract/error.ts';
import type { GateAction } from '../../contract/gate.ts';
import { canonicalJson } from '../canonical-json.ts';

/** The highest that any limit can be raised to. */
export const RAISE_MAX = 1_000_000_000;
const MONEY = /^\d{1,10}(\.\d{1,6})?$/;
const COUNT = /^\d{1,10}$/;

/** Another number than was asked for, and nothing else: of the same limit, in the same unit, and higher than it is now. */
export function editedRaise(asked: GateAction, edited: GateAction): Result<GateAction> {
  const { unit, from, to } = asked.params;
  const wanted = edited.params['to'];
  const same = { ...edited, params: { ...edited.params, to } };
  if (canonicalJson(same) !== canonicalJson(asked)) {
    return refuse('invalid_action', 'Only params.to of a raise may be another one.');
  }
  const form = unit === 'usd' ? MONEY : COUNT;
  const isRaise =
    typeof wanted === 'string' &&
    form.test(wanted) &&
    Number(wanted) > Number(from) &&
    Number(wanted) <= RAISE_MAX;
  if (isRaise) return ok(edited);
  const rule = unit === 'usd' ? 'an amount like 12.5' : 'a whole number';
  return refuse(
    'invalid_action',
    `params.to must be ${rule}, more than ${String(from)} and at most ${RAISE_MAX}`,
  );
}
