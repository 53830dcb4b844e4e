import type { Result } from '../../contract/error.ts';
import type { AddArtifact, Claim, ExpireLease, HeldCommand } from '../command.ts';
import type { Decision } from '../draft.ts';
import type { SteeringCommand } from '../steering-command.ts';
import type { TaskState } from '../task.ts';
import { decideArtifact } from './artifact.ts';
import { decideIngest } from './ingest.ts';
import {
  decideClaim,
  decideExpiry,
  decideForceRelease,
  decideProgress,
  decideRelease,
} from './lease.ts';
import { decideMessage } from './message.ts';
import { decideResult } from './work.ts';

/** The use of an approval is asked at its gate. */
type Held = Exclude<HeldCommand, { readonly type: 'consume-gate' }>;
type AtWork = Claim | Held | ExpireLease | AddArtifact | SteeringCommand;

/** What concerns a lease: who holds it and writes under it, and who speaks to them. */
export function decideAtWork(state: TaskState, command: AtWork): Result<Decision> {
  switch (command.type) {
    case 'claim':
      return decideClaim(state, command);
    case 'release':
      return decideRelease(state, command);
    case 'force-release':
      return decideForceRelease(state, command);
    case 'expire-lease':
      return decideExpiry(state, command);
    case 'finish-work':
      return decideResult(state, command);
    case 'ingest':
      return decideIngest(state, command);
    case 'report-progress':
      return decideProgress(state, command);
    case 'add-artifact':
      return decideArtifact(state, command);
    case 'post-message':
      return decideMessage(state, command);
    default:
      return command satisfies never;
  }
}
