// The doors to the objects, typed. The generated types of a stub turn every member of type `unknown` into `never`,
// and a task's events hold such members; here a method answers what the object's method answers.

type Hosted<Namespace> = Namespace extends DurableObjectNamespace<infer T> ? T : never;

/** The methods of an object as its callers see them: each answers with a promise. */
type Client<T> = {
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

export type TaskClient = Client<Hosted<Env['TASK']>>;
export type ProjectClient = Client<Hosted<Env['PROJECT']>>;
type ProjectDoors = Hosted<Env['PROJECT']>['doors'];
type TaskDoors = Hosted<Env['TASK']>['doors'];
export type TaskDoor = keyof TaskDoors;
export type LimiterClient = Client<Hosted<Env['LIMITER']>>;
export type WebhookClient = Client<Hosted<Env['WEBHOOK']>>;
export type MonitorClient = Client<Hosted<Env['MONITOR']>>;

/** The object of a task. `id` has the form of a task's id, so a caller's text never names another object. */
export function taskObject(env: Pick<Env, 'TASK'>, id: string): TaskClient {
  return env.TASK.getByName(id) as unknown as TaskClient;
}

/** The object of a project. */
export function projectObject(env: Pick<Env, 'PROJECT'>, id: string): ProjectClient {
  return env.PROJECT.getByName(id) as unknown as ProjectClient;
}

/** An object whose parts are asked through one method. */
interface Askable {
  readonly ask: (part: never, method: string, values: readonly unknown[]) => Promise<unknown>;
}

/** Every method of the part, by its name. */
const doorOf = (stub: Askable, part: string): object =>
  new Proxy(
    {},
    {
      get:
        (_, method) =>
        (...values: unknown[]) =>
          // The part is one of the object's own: the doors below take no other.
          stub.ask(part as never, String(method), values),
    },
  );

/**
 * A part of what can be asked of the object of a project, through the one method that leads to all parts: so a part
 * brings its own file, and the object knows of it in one line.
 */
export function projectDoor<P extends keyof ProjectDoors>(
  env: Pick<Env, 'PROJECT'>,
  id: string,
  part: P,
): Client<ProjectDoors[P]> {
  // The object looks the method up in the very class that this type is made of.
  return doorOf(projectObject(env, id), part) as Client<ProjectDoors[P]>;
}

/** A part of what can be asked of the object of a task, in the same way. */
export function taskDoor<P extends keyof TaskDoors>(
  env: Pick<Env, 'TASK'>,
  id: string,
  part: P,
): Client<TaskDoors[P]> {
  return doorOf(taskObject(env, id), part) as Client<TaskDoors[P]>;
}

/** The object that counts what one principal, or one network, asks for. */
export function limiterObject(env: Pick<Env, 'LIMITER'>, name: string): LimiterClient {
  return env.LIMITER.getByName(name) as unknown as LimiterClient;
}

/** The object that sends to one webhook endpoint. */
export function webhookObject(env: Pick<Env, 'WEBHOOK'>, id: string): WebhookClient {
  return env.WEBHOOK.getByName(id) as unknown as WebhookClient;
}

/** The object that probes for one monitor. */
export function monitorObject(env: Pick<Env, 'MONITOR'>, id: string): MonitorClient {
  return env.MONITOR.getByName(id) as unknown as MonitorClient;
}
