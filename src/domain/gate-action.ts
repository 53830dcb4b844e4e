import { ok, type Result, refuse } from '../contract/error.ts';
import type { GateAction } from '../contract/gate.ts';
import { AskedAction } from '../contract/gate-action.ts';
import { canonicalJson, canonicalText } from './canonical-json.ts';

/** The action that somebody asks people about, or what is wrong with it: of a known form, with one way to read it. */
export function readAction(value: unknown): Result<GateAction> {
  const text = canonicalText(value);
  if (!text.ok) return text;
  const parsed = AskedAction.safeParse(value);
  if (parsed.success) {
    // What is hashed is what was read: a member that got lost in reading would be approved unseen.
    if (canonicalJson(parsed.data) === text.value) return ok(parsed.data);
    return refuse('invalid_action', 'The action has members that are not read.');
  }
  const errors = parsed.error.issues.map(({ path, message }) => ({
    path: ['action', ...path].join('.'),
    message,
  }));
  const [first] = errors;
  return refuse('invalid_action', first ? `${first.path}: ${first.message}` : 'It is no action.', {
    errors,
  });
}
