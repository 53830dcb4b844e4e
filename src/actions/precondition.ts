import { ok, type Result, refuse } from '../contract/error.ts';

/** What If-Match asks for. */
export interface Precondition {
  readonly isGiven: boolean;
  /** Null: any. */
  readonly revision: number | null;
}

const MISMATCH = refuse('revision_mismatch', 'It has changed since it was read.');
const REQUIRED = refuse('precondition_required', 'This change needs an If-Match header.');

export function checkRevision(
  { revision: wanted }: Precondition,
  { revision }: { readonly revision: number },
): Result<null> {
  return wanted === null || wanted === revision ? ok(null) : MISMATCH;
}

/** For what nobody should do without having looked. */
export const requireRevision = (
  precondition: Precondition,
  row: { readonly revision: number },
): Result<null> => (precondition.isGiven ? checkRevision(precondition, row) : REQUIRED);
