// The Worker: one default export, and the objects that it hosts.

import { app } from './app.ts';

export { ProjectObject } from './objects/project-object.ts';
export { TaskObject } from './objects/task-object.ts';

export default { fetch: app.fetch } satisfies ExportedHandler<Env>;
