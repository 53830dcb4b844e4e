curl http://localhost:3000/tasks/task_abc123_def456
