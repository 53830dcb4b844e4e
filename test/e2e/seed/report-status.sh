curl -X POST http://localhost:3000/tasks/task_abc123_def456/status \
  -H "Content-Type: application/json" \
  -d '{
    "status": "in-progress",
    "stage": "implementation",
    "message": "Writing code"
  }'
