// The Worker: one default export, and the objects that it hosts.

import { housekeeping } from './actions/housekeeping.ts';
import { app } from './app.ts';

export { LimiterObject } from './objects/limiter-object.ts';
export { MonitorObject } from './objects/monitor/monitor-object.ts';
export { ProjectObject } from './objects/project/project-object.ts';
export { TaskObject } from './objects/task/task-object.ts';
export { WebhookObject } from './objects/webhook/webhook-object.ts';

export default {
  fetch: app.fetch,
  scheduled: ({ scheduledTime }, env) => housekeeping(env, scheduledTime),
} satisfies ExportedHandler<Env>;
