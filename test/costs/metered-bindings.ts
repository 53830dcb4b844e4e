// The bindings of the Worker and its objects, counting each call of an object and each statement of D1.

import type { Count } from '../../tools/costs/count.ts';
import { count, follow } from './meter.ts';

type Callable = (...values: unknown[]) => Promise<unknown>;

/** Each call of a method, and each upgrade, is one request to the object. */
const meterStub = <T extends object>(stub: T, name: Count): T =>
  new Proxy(stub, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== 'function') return method;
      return (...values: unknown[]) => {
        count(name);
        // `apply` of a remote method would be a remote method too.
        return follow(Reflect.apply(method as Callable, target, values));
      };
    },
  });

const meterNamespace = <T extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<T>,
  name: Count,
): DurableObjectNamespace<T> =>
  new Proxy(namespace, {
    get(target, key) {
      if (key === 'getByName') return (id: string) => meterStub(target.getByName(id), name);
      return Reflect.get(target, key);
    },
  });

/** The statements as D1 knows them. */
const natives = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function tally<T>(result: D1Result<T>): D1Result<T> {
  count('d1Statements');
  count('d1RowsRead', result.meta.rows_read);
  count('d1RowsWritten', result.meta.rows_written);
  return result;
}

function meterStatement(native: D1PreparedStatement): D1PreparedStatement {
  const all = async <T>() => tally(await follow(native.all<T>()));
  const metered = {
    bind: (...values: unknown[]) => meterStatement(native.bind(...values)),
    all,
    run: all,
    // The first row alone comes without its costs; the statement is the same.
    first: async (column?: string) => {
      const [row] = (await all<Record<string, unknown>>()).results;
      return (column === undefined ? row : row?.[column]) ?? null;
    },
  } as unknown as D1PreparedStatement;
  natives.set(metered, native);
  return metered;
}

const meterDatabase = (db: D1Database): D1Database =>
  ({
    prepare: (sql: string) => meterStatement(db.prepare(sql)),
    batch: async <T>(statements: readonly D1PreparedStatement[]) => {
      const asked = statements.map((statement) => natives.get(statement) ?? statement);
      return (await follow(db.batch<T>(asked))).map(tally);
    },
  }) as unknown as D1Database;

export const meterBindings = (env: Env): Env => ({
  ...env,
  TASK: meterNamespace(env.TASK, 'taskCalls'),
  PROJECT: meterNamespace(env.PROJECT, 'projectCalls'),
  LIMITER: meterNamespace(env.LIMITER, 'limiterCalls'),
  WEBHOOK: meterNamespace(env.WEBHOOK, 'webhookCalls'),
  MONITOR: meterNamespace(env.MONITOR, 'monitorCalls'),
  DB: meterDatabase(env.DB),
});
