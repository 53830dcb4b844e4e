curl -X POST http://localhost:3000/tasks/task_abc123_def456/gates/review/approve \
  -H "Content-Type: application/json" \
  -d '{
    "approver": "john@example.com",
    "comment": "LGTM!"
  }'
