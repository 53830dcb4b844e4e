import { ok, type Result, refuse } from '../contract/error.ts';
import { LOCAL_OWNER_ID } from '../contract/id.ts';
import type { EnvironmentRow } from '../db/environments.ts';
import type { Ask } from './ask.ts';

const HUMAN_REQUIRED = refuse(
  'human_required',
  'The environment is protected: only a person takes that back or changes what it asks for.',
);

type Protection = Pick<EnvironmentRow, 'protected' | 'approval'>;

const isAsStrict = (before: Protection, after: Protection | null): boolean =>
  !before.protected ||
  (after?.protected === true && JSON.stringify(after.approval) === JSON.stringify(before.approval));

/**
 * What waits for people is not let go by a machine, nor in a person's name (RFC 8693 `act`): who may not approve might
 * else take the protection away instead. `after` is null for an environment that is removed.
 */
export function mayChangeProtection(
  { actor, credential }: Ask,
  before: Protection,
  after: Protection | null,
): Result<null> {
  const isPerson = actor.kind === 'person' || actor.id === LOCAL_OWNER_ID;
  const may = isPerson && credential.delegated !== true;
  return may || isAsStrict(before, after) ? ok(null) : HUMAN_REQUIRED;
}
