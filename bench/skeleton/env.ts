import type { CounterObject } from './counter-object.ts';
import type { ProjectObject } from './project-object.ts';
import type { TaskObject } from './task-object.ts';

/** What `wrangler.toml` of this folder binds. */
export interface SkeletonEnv {
  readonly TASK: DurableObjectNamespace<TaskObject>;
  readonly COUNTER: DurableObjectNamespace<CounterObject>;
  readonly PROJECT: DurableObjectNamespace<ProjectObject>;
  readonly DB: D1Database;
}
