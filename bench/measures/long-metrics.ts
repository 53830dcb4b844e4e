// The metrics of a project of a million tasks beside those of one of a thousand, each on a server of its own.
import { join } from 'node:path';
import { askFor } from '../client/load.ts';
import { startFilledProject } from '../filled-project.ts';
import { slowness } from '../report.ts';
import { compare } from '../rounds.ts';
import type { Measure, Scene } from '../scene.ts';
import type { Subject } from '../subject.ts';

const PATH = '/v1/projects/prj_00000000000000000000000000/metrics';
const DAYS = 30;

/** The n-th of so many tasks: a day, an environment, a workflow. Neighbours differ in all of them. */
const TASKS = `WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < ?1),
  told AS (SELECT n, CAST(unixepoch() / 86400 AS INTEGER) - n % ${DAYS} AS day,
    substr('production staging   development', 1 + 11 * (n / ${DAYS} % 3), 11) AS environment,
    substr('feature bugfix  refactor', 1 + 8 * (n / ${DAYS * 3} % 3), 8) AS workflow FROM counted)`;
/** What they have written into the tables of their project. */
const FILL = [
  `${TASKS} INSERT INTO queue(task_id, seq, status, priority, effort, priority_rank, effort_rank, environment,
    created_at, queued_at, leased) SELECT printf('task_%08x_%020x', n, n), 12, 'completed', 'normal', 'medium', 1, 2,
    trim(environment), n, n, 0 FROM told`,
  `${TASKS} INSERT INTO task_daily(environment, workflow, day, created, completed, durations, queue_waits)
    SELECT trim(environment), trim(workflow), day, count(*), count(*), zeroblob(12 * min(count(*), 1000)),
      zeroblob(12 * min(count(*), 1000)) FROM told WHERE true GROUP BY 1, 2, 3
    ON CONFLICT DO UPDATE SET created = created + excluded.created`,
  `${TASKS}, stages(agent, model) AS (VALUES ('planner', 'opus'), ('architect', 'opus'), ('developer', 'sonnet'),
    ('tester', 'sonnet'), ('reviewer', 'sonnet'))
  INSERT INTO usage_daily SELECT day, trim(environment), trim(workflow), agent, model, sum(n), sum(n), sum(n), count(*),
    count(*) FROM told JOIN stages GROUP BY 1, 2, 3, 4, 5`,
] as const;

/** All of an answer: sums, breakdowns, percentiles, and what D1 and other objects know. */
export const longMetrics: Measure = {
  name: 'metrics',
  run: async ({ effort, directory, note }: Scene) => {
    const { rounds, roundMs: ms, listing } = effort;
    const small = await startFilledProject(join(directory, 'metrics-small'), {
      tasks: listing.small,
      fill: FILL,
    });
    const large = await startFilledProject(join(directory, 'metrics-large'), {
      tasks: listing.large,
      fill: FILL,
    });
    try {
      const read = (subject: Subject) => ({
        workerdPid: subject.workerdPid,
        prepare: async () => () =>
          askFor(subject.url, () => ({ method: 'GET', path: PATH }), { connections: 1, ms }),
      });
      const found = await compare(read(large), read(small), rounds);
      note(slowness('metricsLarge', found, { max: 1.5 }));
    } finally {
      await small.edge.stop();
      await large.edge.stop();
    }
  },
};
