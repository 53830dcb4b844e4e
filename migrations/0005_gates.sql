-- What waits for people, over all tasks: the gates that were reached. The truth is the log of the task; `seq` says how far a
-- row has come, so that a late write of an older one changes nothing. `expires_at` is past all instants where nothing expires.
CREATE TABLE gates (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL
);
-- A page of one state of a project, soonest expiry first, without a walk over the others.
CREATE INDEX gates_by_state ON gates (project_id, state, expires_at, id);
CREATE INDEX gates_by_task ON gates (task_id);
