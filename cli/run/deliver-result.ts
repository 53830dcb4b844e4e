import type { Next, ResultAnswer, ResultBody } from '../../src/contract/work.ts';
import type { Refused } from './api.ts';
import type { HolderCalls } from './holder-calls.ts';
import type { WorkOutcome } from './job.ts';
import { pauseFor } from './pause-for.ts';

const OUTSTANDING_TRIES_MAX = 5;
const OUTSTANDING_MS = 1_000;

type Result = Omit<ResultBody, 'leaseId' | 'epoch'>;

interface Delivery {
  readonly calls: HolderCalls;
  readonly workId: string;
  readonly outcome: WorkOutcome;
  /** The last event of the producer `main`; all of them are acked by now. */
  readonly lastN: number;
  readonly signal: AbortSignal;
}

/** Sends a result until an answer says what is next. */
export const deliverResult = async (delivery: Delivery): Promise<Next | Refused> => {
  const { calls, workId, outcome, lastN, signal } = delivery;
  let body: Result = { ...outcome, producers: lastN === 0 ? {} : { main: lastN } };
  let isShortened = false;
  for (let tries = 1; ; tries += 1) {
    const answer = await calls.post<ResultAnswer>(`/work/${workId}/result`, { body, signal });
    if (answer.ok) return answer.body.next;
    if (answer.code === 'events_outstanding') {
      // The server is behind its own acks for a moment; if it stays so, its count is what counts.
      const { expected } = answer.body;
      if (tries > OUTSTANDING_TRIES_MAX && typeof expected === 'number') {
        body = { ...body, producers: expected > 1 ? { main: expected - 1 } : {} };
      }
      await pauseFor(OUTSTANDING_MS, signal);
      continue;
    }
    if (answer.status !== 400 || isShortened) return answer;
    isShortened = true;
    body = refusedResult(body.producers, answer.message);
  }
};

/** The server has to learn that the work ended, even where it does not like what the work said. */
const refusedResult = (producers: Result['producers'], why: string): Result => ({
  producers,
  outcome: 'failed',
  outputs: {},
  error: {
    code: 'result_refused',
    message: `The server refused the result: ${why}`.slice(0, 10_000),
    retryable: false,
  },
});
