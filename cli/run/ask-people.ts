import { type Job, warn } from './job.ts';
import type { GateAsked } from './lease-gates.ts';

/** Opens the gate that an agent has asked for by a line, and says in the log what came of it. */
export const askPeople = async (job: Job, asked: GateAsked): Promise<void> => {
  const { outbox, work, gates } = job;
  const answer = await gates.ask(outbox.mask(asked));
  if (!answer.ok) return warn(job, `The gate ${asked.name} was not opened: ${answer.message}`);
  const { name, status } = answer.body;
  const message = `The gate ${name} is ${status}`;
  outbox.push('log:entry', { level: 'info', message, stage: work.stage });
};
