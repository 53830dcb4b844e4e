import type { TaskState } from '../../task.ts';

/** A run whose work had ended while it waited needs its next step; one that is still at work goes on by itself. */
export const awaitsWork = ({ work, lease, lastLease }: TaskState): boolean =>
  work === undefined && (lease !== undefined || lastLease !== undefined);
