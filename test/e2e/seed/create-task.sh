curl -X POST http://localhost:3000/tasks \
  -H "Content-Type: application/json" \
  -d '{
    "description": "Add health check endpoint",
    "workflow": "feature",
    "autonomy": "review-before-merge"
  }'
