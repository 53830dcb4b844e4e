// A page of the listing among a million tasks beside one among a thousand, each in a database of its own.
import { join } from 'node:path';
import { askFor } from '../client/load.ts';
import { slowness } from '../report.ts';
import { compare } from '../rounds.ts';
import type { Measure, Scene } from '../scene.ts';
import { type Subject, startReal } from '../subject.ts';

const ROWS_AT_ONCE = 50_000;
const PROJECT = 'prj_00000000000000000000000000';

/** Rows like the real ones: an id that sorts by its time, and a body of the members that a list shows. */
const fillSql = (from: number, to: number): string => `
  WITH RECURSIVE counted(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < ${to}),
  named AS (SELECT n, printf('task_%08x_%020x', n, n * 7919) AS id FROM counted)
  INSERT INTO tasks(id, project_id, status, workflow, description, seq, body)
  SELECT id, '${PROJECT}', 'completed', 'feature', 'make the export of reports resume number ' || n, 12,
    json_object('id', id, 'projectId', '${PROJECT}',
      'description', 'Make the export of reports resume number ' || n, 'status', 'completed',
      'workflow', 'feature', 'autonomy', 'review-before-merge', 'priority', 'normal', 'effort', 'medium',
      'createdAt', '2026-01-01T00:00:00.000Z', 'updatedAt', '2026-01-01T00:10:00.000Z',
      'usage', json_object('inputTokens', n, 'outputTokens', n, 'totalTokens', 2 * n, 'estimatedCost', 0.12),
      'branchName', 'sluice/' || substr(id, 6, 8) || '-make-the-export-of-reports-resume',
      'completedAt', '2026-01-01T00:10:00.000Z') FROM named`;

const fill = async ({ edge }: Subject, rows: number): Promise<void> => {
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    await edge.d1(fillSql(from, Math.min(from + ROWS_AT_ONCE, rows)));
  }
};

/** The first page, which is the one that people look at. */
export const longListing: Measure = {
  name: 'listing',
  run: async ({ effort, directory, note }: Scene) => {
    const { rounds, roundMs: ms, listing } = effort;
    const small = await startReal(join(directory, 'listing-small'));
    const large = await startReal(join(directory, 'listing-large'));
    try {
      await fill(small, listing.small);
      await fill(large, listing.large);
      const page = (subject: Subject) => ({
        workerdPid: subject.workerdPid,
        prepare: async () => () =>
          askFor(subject.url, () => ({ method: 'GET', path: '/tasks' }), { connections: 1, ms }),
      });
      const found = await compare(page(large), page(small), rounds);
      note(slowness('listingLarge', found, { max: 1.3 }));
    } finally {
      await small.edge.stop();
      await large.edge.stop();
    }
  },
};
