// Creating and claiming tasks where ten thousand are queued beside where ten are, each on a server of its own.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Registered } from '../../src/contract/runner.ts';
import { type Call, HttpConnection } from '../client/http-connection.ts';
import { createTask } from '../client/leased-task.ts';
import { askFor } from '../client/load.ts';
import { startFilledProject } from '../filled-project.ts';
import { slowness } from '../report.ts';
import { type Contender, compare } from '../rounds.ts';
import type { Measure, Scene } from '../scene.ts';
import type { Subject } from '../subject.ts';

/** Nobody who claims here ever comes to these: what is claimed is urgent. */
const FILL = `WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < ?1)
  INSERT INTO queue(task_id, seq, status, priority, effort, priority_rank, effort_rank, environment, created_at,
    queued_at, leased) SELECT printf('task_%08x_%020x', n, n), 2, 'queued', 'low', 'xl', 0, 4, 'development', n, n, 0
  FROM counted`;
const CLAIMS = 30;
const LIMITS = { maxConcurrentTasks: 1_000, dailyBudget: 100_000 } as const;
const URGENT = { priority: 'urgent', effort: 'xs' } as const;

const creating = ({ url, workerdPid }: Subject, ms: number): Contender => ({
  workerdPid,
  prepare: async () => () => {
    const body = JSON.stringify({ description: 'One more in the queue', priority: 'low' });
    return askFor(url, () => ({ method: 'POST', path: '/tasks', body }), { connections: 1, ms });
  },
});

/** Claims so many urgent tasks, each by a claim of its own; they were made before, and end afterwards. */
const claiming = ({ url, workerdPid }: Subject): Contender => {
  let held: readonly string[] = [];
  return {
    workerdPid,
    prepare: async () => {
      const connection = await HttpConnection.open(url);
      for (const id of held) {
        await connection.expect({ method: 'POST', path: `/tasks/${id}/cancel`, body: '{}' });
      }
      const made: string[] = [];
      while (made.length < CLAIMS) made.push(await createTask(connection, URGENT));
      held = made;
      const calls = await claimsOf(connection);
      connection.close();
      return () => askFor(url, () => calls.pop(), { connections: 1, ms: Number.POSITIVE_INFINITY });
    },
  };
};

const claimsOf = async (connection: HttpConnection): Promise<Call[]> => {
  const registration = { name: 'bench', instanceId: randomUUID(), capacity: CLAIMS };
  const { text } = await connection.expect({
    method: 'POST',
    path: '/runners',
    body: JSON.stringify(registration),
  });
  // Answered by the server that this bench has started.
  const { runner, token } = JSON.parse(text) as Registered;
  return Array.from({ length: CLAIMS }, () => ({
    method: 'POST',
    path: `/runners/${runner.id}/claim`,
    body: JSON.stringify({ requestId: randomUUID(), slots: 1, waitMs: 0 }),
    token,
  }));
};

/** Both stay as they are, however long the queue is. */
export const longQueue: Measure = {
  name: 'queue',
  run: async ({ effort, directory, note }: Scene) => {
    const { rounds, roundMs, queue } = effort;
    const small = await startFilledProject(join(directory, 'queue-small'), {
      tasks: queue.small,
      fill: [FILL],
      limits: LIMITS,
    });
    const large = await startFilledProject(join(directory, 'queue-large'), {
      tasks: queue.large,
      fill: [FILL],
      limits: LIMITS,
    });
    try {
      const claims = await compare(claiming(large), claiming(small), rounds);
      note(slowness('claimLong', claims, { max: 1.5 }));
      const creates = await compare(creating(large, roundMs), creating(small, roundMs), rounds);
      note(slowness('enqueueLong', creates, { max: 1.5 }));
    } finally {
      await small.edge.stop();
      await large.edge.stop();
    }
  },
};
