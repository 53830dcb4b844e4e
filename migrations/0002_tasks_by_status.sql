-- A page of one status, however rare, without a walk over all tasks.
CREATE INDEX tasks_by_status ON tasks (project_id, status, id) WHERE trashed = 0 AND archived = 0;
