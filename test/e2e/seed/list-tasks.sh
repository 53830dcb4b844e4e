curl "http://localhost:3000/tasks?status=in-progress&limit=10"
