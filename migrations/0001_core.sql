-- Projects, runners and the listing of tasks. Times are milliseconds.
CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  default_environment TEXT NOT NULL DEFAULT 'development',
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
);

-- `hash` is HMAC-SHA-256 of the runner's token; the token itself is nowhere.
CREATE TABLE runners (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  instance_id TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  labels TEXT NOT NULL DEFAULT '[]',
  capacity INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  draining_at INTEGER,
  revoked_at INTEGER,
  UNIQUE (owner_id, instance_id, project_id)
);
CREATE INDEX runners_by_project ON runners (project_id, id);

-- What can be listed of a task. The truth is the log of its object; `seq` says how far a row has come,
-- so that a late write of an older row changes nothing.
CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  status TEXT NOT NULL,
  workflow TEXT NOT NULL,
  description TEXT NOT NULL,
  trashed INTEGER NOT NULL DEFAULT 0,
  archived INTEGER NOT NULL DEFAULT 0,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX tasks_by_project ON tasks (project_id, trashed, archived, id);
