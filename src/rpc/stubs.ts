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

/**
 * A part of what can be asked of the object of a project, through the one method that leads to all parts: so a part
 * brings its own file, and the object knows of it in one line.
 */
export function projectDoor<P extends keyof ProjectDoors>(
  env: Pick<Env, 'PROJECT'>,
  id: string,
  part: P,
): Client<ProjectDoors[P]> {
  const stub = projectObject(env, id);
  const door = new Proxy(
    {},
    {
      get:
        (_, method) =>
        (...values: unknown[]) =>
          stub.ask(part, String(method), values),
    },
  );
  // The object looks the method up in the very class that this type is made of.
  return door as Client<ProjectDoors[P]>;
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
