curl -X POST http://localhost:3000/tasks/task_abc123_def456/log \
  -H "Content-Type: application/json" \
  -d '{
    "level": "info",
    "message": "Created new file: src/health.ts",
    "agent": "developer"
  }'
