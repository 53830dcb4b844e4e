import type { TaskSnapshot } from '../../../../src/contract/task.ts';
import { InCode } from '../../parts/code.tsx';
import { callsFor } from './calls.ts';

/** What this page shows and does, as commands. */
export const Foot = ({ task }: { readonly task: TaskSnapshot }) => (
  <InCode calls={callsFor(task)} />
);
