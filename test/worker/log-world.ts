// A runner that fills its task's log, past the limits of a request.

import type { Ingest } from '../../src/domain/command.ts';
import { newLeasedWorld } from './leased-world.ts';
import { taskStub } from './world.ts';

/** A task whose log grows: `write` is a commit of log entries, `note` one of what state is folded from. */
export async function newLog() {
  const { taskId, runner, holder } = await newLeasedWorld();
  const { id, projectId } = runner;
  const { leaseId, epoch } = holder.grant.lease;
  const actor = {
    ...{ id, name: 'mac', kind: 'runner' as const, scopes: ['tasks:run' as const] },
    ...{ projects: { [projectId]: 'owner' as const }, defaultProjectId: projectId, open: false },
  };
  let next = 1;
  const ingest = async (events: Ingest['events']) => {
    next += events.length;
    const held = { actor, leaseId, epoch, producer: 'main', now: Date.now() };
    const taken = await taskStub(taskId).ingest({ type: 'ingest', ...held, events });
    if (!taken.ok) throw new Error(JSON.stringify(taken));
    return taken.value.seq;
  };
  const write = (count: number, { chars = 20, message = 'line' } = {}) =>
    ingest(
      Array.from({ length: count }, (_, index) => ({
        n: next + index,
        type: 'log:entry',
        data: { level: 'info', message: `${message} ${next + index}`.padEnd(chars, '.') },
      })),
    );
  const note = () => ingest([{ n: next, type: 'output:set', data: { key: 'k', value: 'v' } }]);
  /** One commit of log entries as they are given. */
  const say = (entries: readonly Readonly<Record<string, unknown>>[]) =>
    ingest(entries.map((data, index) => ({ n: next + index, type: 'log:entry', data })));
  /** As many commits of as many log entries. */
  const fill = async (commits: number, count: number, options: { chars?: number } = {}) => {
    for (let commit = 0; commit < commits; commit++) await write(count, options);
  };
  return { taskId, projectId, holder, write, note, say, fill };
}

export const upTo = (last: number, first = 1) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
