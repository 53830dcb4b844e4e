-- What else happens in a project, and who hears of it.

-- Written in the batch of an effect, taken by the project's object, and deleted once it has it. `seq` never comes
-- twice, so that what was taken is known by its number.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  type TEXT NOT NULL,
  environment TEXT,
  subject TEXT NOT NULL,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX outbox_by_project ON outbox (project_id, seq);

CREATE TABLE deployments (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  release TEXT,
  state TEXT NOT NULL,
  source TEXT NOT NULL,
  stages TEXT NOT NULL,
  artifacts TEXT NOT NULL,
  failure TEXT,
  approval TEXT,
  auto_promote INTEGER NOT NULL,
  timeout_seconds INTEGER NOT NULL,
  deadline_at INTEGER NOT NULL,
  ready_at INTEGER,
  promoted_at INTEGER,
  promoted_by TEXT,
  superseded_by TEXT,
  task_id TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX deployments_by_project ON deployments (project_id, id);
CREATE INDEX deployments_by_environment ON deployments (project_id, environment, id);
CREATE INDEX deployments_open ON deployments (project_id)
  WHERE state IN ('pending', 'running', 'ready');
-- Those that ended in a span of time are counted.
CREATE INDEX deployments_finished ON deployments (project_id, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX deployments_of_task ON deployments (task_id) WHERE task_id IS NOT NULL;

-- What an environment asks for before a deployment is promoted there; null: what `protected` says alone.
ALTER TABLE environments ADD COLUMN approval TEXT;

CREATE TABLE monitors (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  name TEXT NOT NULL,
  config TEXT NOT NULL,
  state TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  since INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX monitors_by_project ON monitors (project_id, id);

CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  monitor_id TEXT,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  acknowledged_by TEXT,
  resolved_at INTEGER,
  resolved_by TEXT,
  resolution TEXT,
  evidence TEXT NOT NULL,
  suspect_deployment_id TEXT,
  timeline TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX incidents_by_project ON incidents (project_id, id);
-- Those that people have opened and that last are counted.
CREATE INDEX incidents_open ON incidents (project_id) WHERE state <> 'resolved';
CREATE INDEX incidents_resolved ON incidents (project_id, resolved_at) WHERE resolved_at IS NOT NULL;
-- Two alarms cannot open two.
CREATE UNIQUE INDEX incidents_unresolved ON incidents (monitor_id, kind)
  WHERE state <> 'resolved' AND monitor_id IS NOT NULL;

-- `listener`: the principal whose `listen` an endpoint is kept for, which has no URL.
CREATE TABLE webhook_endpoints (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  url TEXT,
  listener TEXT,
  listened_at INTEGER,
  description TEXT NOT NULL,
  types TEXT NOT NULL,
  environments TEXT,
  filter TEXT,
  payload TEXT NOT NULL,
  ordering TEXT NOT NULL,
  rate_per_second INTEGER NOT NULL,
  secret_wrapped TEXT NOT NULL,
  secret_hint TEXT NOT NULL,
  previous_wrapped TEXT,
  previous_until INTEGER,
  ed_public TEXT NOT NULL,
  ed_private_wrapped TEXT NOT NULL,
  state TEXT NOT NULL,
  disabled_reason TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX webhook_endpoints_by_project ON webhook_endpoints (project_id, id);
CREATE UNIQUE INDEX webhook_endpoints_of_listener ON webhook_endpoints (project_id, listener)
  WHERE listener IS NOT NULL;
-- Those that nobody comes for any more are found by it.
CREATE INDEX webhook_endpoints_listened ON webhook_endpoints (listened_at) WHERE listener IS NOT NULL;

-- The grant of the app that has made a token, or one that it comes from: it ends with that.
ALTER TABLE pats ADD COLUMN grant_id TEXT;
CREATE INDEX pats_by_grant ON pats (grant_id) WHERE grant_id IS NOT NULL;
