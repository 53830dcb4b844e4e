import { PRODUCERS_MAX } from '../../contract/batch.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import type { EventData } from '../../contract/event.ts';
import type { ProducedUsage } from '../../contract/produced.ts';
import { settleBudget } from '../budget/settle-budget.ts';
import type { Ingest, Produced } from '../command.ts';
import { Course } from '../course.ts';
import type { Decision, Draft } from '../draft.ts';
import { costMicros, priceOf, type Spent, usageView } from '../money.ts';
import { outputsFit } from '../outputs.ts';
import { record } from '../record.ts';
import type { TaskState } from '../task.ts';
import { fenceHolder } from './fence.ts';

/** Half of what is exact, so that the sum of two kinds of tokens is exact too. */
const SUM_MAX = 2 ** 52 - 1;
const capped = (sum: number): number => Math.min(sum, SUM_MAX);

/** Adds one report; totals never fall. The cost is the table's, or the reported one if that is higher. */
export function addUsage(
  spent: Spent,
  report: ProducedUsage,
  prices: TaskState['plan']['prices'],
): Spent {
  const tokens = {
    inputTokens: report.inputTokens,
    outputTokens: report.outputTokens,
    cacheReadTokens: report.cacheReadTokens ?? 0,
    cacheWriteTokens: report.cacheWriteTokens ?? 0,
  };
  const cost = Math.max(
    costMicros(tokens, priceOf(prices, report.model)),
    Math.round((report.reportedCost ?? 0) * 1_000_000),
  );
  const input = tokens.inputTokens + tokens.cacheReadTokens + tokens.cacheWriteTokens;
  if (report.scope === 'total') {
    return {
      inputTokens: Math.max(spent.inputTokens, input),
      outputTokens: Math.max(spent.outputTokens, tokens.outputTokens),
      costMicros: Math.max(spent.costMicros, cost),
    };
  }
  // Sums stay exact: a report can claim anything, and no sum of claims may leave the safe integers.
  return {
    inputTokens: capped(spent.inputTokens + input),
    outputTokens: capped(spent.outputTokens + tokens.outputTokens),
    costMicros: capped(spent.costMicros + cost),
  };
}

function usageUpdated(spent: Spent, report: ProducedUsage): EventData<'usage:updated'> {
  const view = { ...usageView(spent), costMicros: spent.costMicros };
  return report.model === undefined ? view : { ...view, model: report.model };
}

/** The numbers count up by one from the first; the first new one follows the highest taken. */
function inOrder(events: readonly Produced[], taken: number): Result<null> {
  const first = events[0]?.n ?? 1;
  if (events.some((event, index) => event.n !== first + index)) {
    return refuse('bad_sequence', 'The numbers of a batch count up by one.');
  }
  if (first > taken + 1) {
    const expected = taken + 1;
    return refuse('sequence_gap', `Events from ${expected} are missing.`, { expected });
  }
  return ok(null);
}

/** The highest number taken from a producer. Its name is free, so it may be one that objects inherit. */
export const takenOf = (state: TaskState, producer: string): number =>
  Object.hasOwn(state.producers, producer) ? (state.producers[producer] ?? 0) : 0;

/** What a batch would set, the last value of a key. */
const outputsOf = (events: readonly Produced[]): Record<string, string> =>
  Object.fromEntries(
    events.flatMap(({ type, data }) =>
      type === 'output:set' ? [[String(data['key']), String(data['value'])]] : [],
    ),
  );

/** Takes a batch whole: what is new is logged once and in order, what came before is counted as duplicate. */
export function decideIngest(state: TaskState, command: Ingest): Result<Decision> {
  const fenced = fenceHolder(state, command);
  if (!fenced.ok) return fenced;
  const { producer, events } = command;
  const taken = takenOf(state, producer);
  const isNew = !Object.hasOwn(state.producers, producer);
  if (isNew && Object.keys(state.producers).length >= PRODUCERS_MAX) {
    return refuse('invalid_request', `At most ${PRODUCERS_MAX} producers write under one lease.`);
  }
  const ordered = inOrder(events, taken);
  if (!ordered.ok) return ordered;
  const fit = outputsFit(state.outputs, outputsOf(events));
  if (!fit.ok) return fit;
  let { spent } = state;
  const drafts: Draft[] = [];
  for (const event of events) {
    if (event.n <= taken) continue;
    if (event.type === 'usage:report') {
      spent = addUsage(spent, event.data, state.plan.prices);
      drafts.push({ type: 'usage:updated', data: usageUpdated(spent, event.data) });
    } else {
      // The data was checked against the type's schema at the edge.
      drafts.push({ type: event.type, data: event.data } as unknown as Draft);
    }
  }
  const to = events.at(-1)?.n ?? taken;
  if (drafts.length === 0) return ok({ drafts });
  return ok({ drafts: withBudget(state, drafts, command.now), source: { producer, to } });
}

/** What is used is told and stopped for in the transaction that counts it. The lease lives on, so that no number of its events is lost. */
function withBudget(state: TaskState, drafts: readonly Draft[], now: number): readonly Draft[] {
  const isCounted = drafts.some(
    ({ type }) => type === 'usage:updated' || type === 'changes:report',
  );
  if (!isCounted) return drafts;
  const course = new Course(record(state, state.id, drafts, now).state, now);
  return [...drafts, ...settleBudget(course).decision.drafts];
}
