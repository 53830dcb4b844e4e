import type { QueueCounts } from '../../src/contract/runner.ts';

const REASONS: readonly (readonly [keyof QueueCounts['waiting'], string])[] = [
  ['dependency', 'for other tasks'],
  ['concurrency', 'for their turn, as many run as may'],
  ['budget', 'for budget'],
  ['labels', 'for a runner with other labels'],
  ['backoff', 'before they are tried again'],
];

/** Why an empty claim was empty; nothing where there is no task at all. */
export const queueSentence = (queue: Partial<QueueCounts>): string => {
  const reasons = REASONS.flatMap(([name, why]) => {
    const count = queue.waiting?.[name] ?? 0;
    return count === 0 ? [] : [`${count} ${count === 1 ? 'waits' : 'wait'} ${why}`];
  });
  return reasons.length === 0 ? '' : `No task can be claimed: ${reasons.join(', ')}.`;
};
