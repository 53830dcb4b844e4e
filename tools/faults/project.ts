// The two projects of a run. Real runners have one of their own: what a scripted runner claims is in no repository.
import type { Api } from './api.ts';
import type { EdgeServer } from './edge-server.ts';

export const GIT_PROJECT = `prj_${'0'.repeat(23)}g1t`;

const INSERT =
  'INSERT OR IGNORE INTO projects' +
  '(id, name, description, default_environment, created_by, created_at, updated_at, revision)' +
  ` VALUES('${GIT_PROJECT}', 'faults', 'Where real runners are disturbed', 'development',` +
  " 'usr_local', 0, 0, 1)";

const INSERT_ENVIRONMENT =
  'INSERT OR IGNORE INTO environments(project_id, name, created_at)' +
  ` VALUES('${GIT_PROJECT}', 'development', 0)`;

/** Short leases and quick retries, and room for everybody. */
const LIMITS = {
  leaseTtlSeconds: 15,
  retryDelayMs: 50,
  retryBackoffFactor: 1,
  maxRetries: 10,
  maxConcurrentTasks: 100,
  // A part of the day is kept for every lease.
  dailyBudget: 10_000,
};

export const prepareProjects = async (server: EdgeServer, api: Api): Promise<void> => {
  await server.sql(INSERT);
  await server.sql(INSERT_ENVIRONMENT);
  for (const query of ['', `?projectId=${GIT_PROJECT}`]) {
    const path = `/config${query}`;
    const outcome = await api.send({ method: 'PATCH', path, body: { limits: LIMITS } });
    if (outcome.kind !== 'acknowledged') throw new Error(`${path}: ${JSON.stringify(outcome)}`);
  }
};
