// The least that does the same storage work with the same calls of objects: Hono, an object a task, a row in D1, a counter of
// requests. No rules, no schemas, no credentials.
import { Hono } from 'hono';
import type { SkeletonEnv } from './env.ts';
import { listTasks } from './listing.ts';
import { PROJECT_ID } from './task-text.ts';

export { CounterObject } from './counter-object.ts';
export { ProjectObject } from './project-object.ts';
export { TaskObject } from './task-object.ts';

const LIST_LIMIT = 25;

function newTaskId(): string {
  const random = [...crypto.getRandomValues(new Uint8Array(10))];
  const hex = random.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `task_${Date.now().toString(36)}_${hex}`;
}

const app = new Hono<{ Bindings: SkeletonEnv }>();

/** Each request is counted, as it is there: a read beside its work, a write before it. */
app.use(async (c, next) => {
  const counted = c.env.COUNTER.getByName('usr_local').add(1);
  if (c.req.method !== 'GET') await counted;
  await next();
  await counted;
});

app.post('/tasks', async (c) => {
  const body = await c.req.json<{ description: string; autonomy?: string }>();
  await c.env.PROJECT.getByName(PROJECT_ID).readConfig();
  const taskId = newTaskId();
  await c.env.TASK.getByName(taskId).create(taskId, body.description, body.autonomy === 'manual');
  return c.json({ taskId, status: 'pending', message: 'Task created and execution started' }, 201);
});

app.get('/tasks', async (c) => {
  const tasks = await listTasks(c.env.DB, LIST_LIMIT);
  return c.json({ tasks, count: tasks.length });
});

app.get('/tasks/:id', async (c) => {
  const id = c.req.param('id');
  const task = await c.env.TASK.getByName(id).read();
  const why = await c.env.PROJECT.getByName(PROJECT_ID).explain(id);
  return c.json({ ...task, ...why });
});

app.post('/tasks/:id/status', async (c) => {
  const { status, message } = await c.req.json<{ status: string; message: string }>();
  await c.env.TASK.getByName(c.req.param('id')).report(status, message);
  return c.json({ ok: true });
});

app.post('/tasks/:id/log', async (c) => {
  await c.env.TASK.getByName(c.req.param('id')).addLog(await c.req.json<object>());
  return c.json({ ok: true });
});

app.post('/tasks/:id/gates/:gate/approve', async (c) => {
  const { id, gate } = c.req.param();
  const { approver } = await c.req.json<{ approver: string }>();
  await c.env.TASK.getByName(id).approve(gate, approver);
  return c.json({ ok: true });
});

app.get('/stream/:id', (c) => c.env.TASK.getByName(c.req.param('id')).fetch(c.req.raw));
app.get('/tasks/:id/session', (c) => c.env.TASK.getByName(c.req.param('id')).fetch(c.req.raw));

export default app;
