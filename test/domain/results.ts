// What runners send: results of work, and batches of events.

import { ResultBody } from '../../src/contract/work.ts';
import type { Produced } from '../../src/domain/command.ts';
import type { LeaseState, TaskState } from '../../src/domain/task.ts';

type Part = Partial<Omit<ResultBody, 'leaseId' | 'epoch'>>;

/** A result as it passes the edge. */
export function resultOf(
  lease: Pick<LeaseState, 'leaseId' | 'epoch'>,
  part: Part = {},
): ResultBody {
  const { leaseId, epoch } = lease;
  return ResultBody.parse({ leaseId, epoch, outcome: 'completed', ...part });
}

/** A tree of this name, of one file. */
export const changesOf = (tree: string) => ({
  files: 1,
  insertions: 10,
  deletions: 2,
  base: 'b'.repeat(40),
  tree: tree.padEnd(40, '0'),
  paths: ['src/health.ts'],
});

/** What a good agent brings home from the work at hand: its outputs, and a change where its stage writes. */
export function goodResult(state: TaskState, lease: LeaseState, changes: boolean): ResultBody {
  const { work } = state;
  const stage = state.plan.stages.find(({ name }) => name === work?.stage);
  if (work?.kind !== 'stage' || stage === undefined) return resultOf(lease);
  const outputs = Object.fromEntries(stage.outputs.map((key) => [key, `${key} of ${work.try}`]));
  if (!changes) return resultOf(lease, { outputs });
  const tree = changesOf(`${stage.name.length}${work.try}${state.epoch}`);
  return resultOf(lease, { outputs, changes: tree, summary: `Did ${stage.name}.` });
}

/** An event of each type that a producer sends. */
export function producedEvent(n: number, draw: number, text: string): Produced {
  const tokens = { inputTokens: draw % 1_000, outputTokens: draw % 77 };
  const kinds: readonly Produced[] = [
    { n, type: 'log:entry', data: { level: 'info', message: text || 'line' } },
    { n, type: 'agent:message', data: { message: text } },
    { n, type: 'usage:report', data: { ...tokens, model: text, scope: 'delta' } },
    { n, type: 'agent:tool-use', data: { tool: 'Write', input: { text } } },
    { n, type: 'agent:tool-result', data: { tool: 'Write', isError: false } },
    { n, type: 'usage:report', data: { ...tokens, cacheReadTokens: 7, scope: 'delta' } },
    { n, type: 'agent:thinking', data: { thinking: text } },
    { n, type: 'changes:report', data: { files: 1, insertions: 2, deletions: 3 } },
    { n, type: 'output:set', data: { key: text || 'key', value: text } },
    { n, type: 'checkpoint:saved', data: { sessionId: 's', data: { text } } },
    { n, type: 'usage:report', data: { ...tokens, reportedCost: 0.25, scope: 'total' } },
  ];
  return kinds[draw % kinds.length] ?? { n, type: 'agent:message', data: { message: text } };
}
