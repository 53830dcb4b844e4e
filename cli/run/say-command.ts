import type { Command } from '../../src/contract/lease.ts';
import type { TaskLine } from './task-line.ts';

/** What the server tells of a task that is at work, and that changes nothing of what its runner does. */
export const sayCommand = (
  line: TaskLine,
  command: Extract<Command, { type: 'message' | 'budget' | 'gate' }>,
): void => {
  switch (command.type) {
    case 'message':
      // The next stage has it in its prompt.
      line.say(`${command.data.from} says: ${command.data.text}`);
      break;
    case 'budget':
      line.say(`has $${command.data.cost.remaining.toFixed(2)} left of its budget`);
      break;
    case 'gate':
      // Whoever has asked waits for the answer, and says it.
      break;
    default:
      command satisfies never;
  }
};
