import { describe, expect, it } from 'vitest';
import { Api } from '../../cli/run/api.ts';
import { HolderCalls } from '../../cli/run/holder-calls.ts';
import type { Bench, Job } from '../../cli/run/job.ts';
import { LeaseGates } from '../../cli/run/lease-gates.ts';
import { Outbox } from '../../cli/run/outbox.ts';
import { performMerge } from '../../cli/run/perform-merge.ts';
import { AgentProxy } from '../../cli/run/proxy.ts';
import { RunnerLink } from '../../cli/run/runner-link.ts';
import { TaskArtifacts } from '../../cli/run/task-artifacts.ts';
import { Terminal } from '../../cli/terminal.ts';
import { mergeWork } from './action-works.ts';
import { gitScene } from './git-scene.ts';
import { grantOf, TASK } from './scripted-server.ts';
import { still } from './still-outbox.ts';
import { git } from './temp-repo.ts';

const never = () => Promise.reject(new Error('There is no gate.'));

/** A merge without a gate asks nobody, and leaves nothing. */
const unused = ({ outbox, bench }: Pick<Job, 'outbox' | 'bench'>) => {
  const link = new RunnerLink({
    api: new Api('', () => undefined),
    ownerToken: undefined,
    registration: RUNNER,
  });
  const calls = new HolderCalls(link, grantOf(mergeWork(), {}));
  const signal = AbortSignal.abort();
  return {
    gates: new LeaseGates(calls, signal),
    artifacts: new TaskArtifacts({ calls, outbox, bench, signal }),
  };
};

const RUNNER = {
  ...{ name: 'r', instanceId: 'i', labels: [], environments: [], adapters: [] },
  ...{ capacity: 1, protocols: [] },
};

describe('a merge', () => {
  it.each([
    ['is made while the lease lives', false, '1'],
    ['is not made once it has ended, though the checks had passed', true, '0'],
  ])('%s', async (_, isOver, merges) => {
    const { repo, repository, worktrees, commitFile } = await gitScene();
    await commitFile('a.txt', 'a');
    const work = mergeWork();
    const bench: Bench = {
      ...{ command: [], strictLines: false, adapter: 'plain', machine: 'm' },
      ...{ repository, worktrees, terminal: new Terminal(false) },
    };
    const outbox = new Outbox({
      send: async () => ({ ok: false, status: 0, code: 'stopped', message: '', body: {} }),
      onRefused: () => undefined,
      isFinal: () => false,
      now: () => new Date(),
      ...still(),
    });
    const outcome = await performMerge({
      bench,
      grant: grantOf(work, {}),
      work,
      graceMs: 0,
      memory: { checkpoint: null, cost: 0 },
      outbox,
      proxy: new AgentProxy({
        serverUrl: '',
        taskId: TASK,
        agentToken: '',
        mask: (value) => value,
        useGate: never,
      }),
      taskFile: '',
      onProgress: () => undefined,
      onRun: () => undefined,
      isOver: () => isOver,
      ...unused({ outbox, bench }),
    });
    expect(outcome.outcome).toBe(isOver ? 'failed' : 'completed');
    expect(git(repo, 'rev-list', '--count', '--merges', 'main')).toBe(merges);
  });
});
