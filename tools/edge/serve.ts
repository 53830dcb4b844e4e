// The built Worker in workerd itself: what reaches its port passes no proxy and no Node.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, Response, type V4MiniflareOptions } from 'miniflare';
import { unstable_getMiniflareWorkerOptions as readWorkerOptions } from 'wrangler';
import type { AuthMode } from '../dev/options.ts';
import { ensureSecrets } from '../dev/secrets.ts';
import { LOCAL_RATE_LIMIT } from '../dev/server.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { buildWorker } from './build.ts';
import { applyMigrations, type Database } from './migrate.ts';
import { findWorkerds, killWithParent } from './workerd-process.ts';

export interface EdgeOptions {
  /** The bundle; the Worker of this tree where it is left out. */
  readonly script?: string;
  /** Where objects and D1 are kept; nothing outlives the server where it is left out. */
  readonly persistDir?: string;
  /** Any free port where it is left out. */
  readonly port?: number;
  readonly authMode?: AuthMode;
  /** Whether webhooks may go to this machine; only with a port. */
  readonly hasLoopbackTargets?: boolean;
  /** The bindings of another Worker than ours, and its D1 tables are ours all the same. */
  readonly configPath?: string;
}

export interface Edge {
  readonly url: string;
  /** Undefined where the system does not tell. */
  readonly workerdPid: number | undefined;
  /** For what only miniflare can do, such as evicting an object. */
  readonly miniflare: Miniflare;
  /** Runs one statement on D1. */
  d1(sql: string): Promise<void>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Styles and scripts of pages, which the Worker holds as texts: the bundler puts them beside it, named by their digest. */
const textsBeside = (script: string): { readonly type: 'Text'; readonly path: string }[] =>
  readdirSync(dirname(script))
    .filter((name) => /^[0-9a-f]{40}-.+\.(css|js)$/.test(name))
    .map((name) => ({ type: 'Text', path: join(dirname(script), name) }));

const miniflareOptions = (options: EdgeOptions, script: string): V4MiniflareOptions => {
  const configPath = options.configPath ?? join(PACKAGE_ROOT, 'wrangler.toml');
  const { workerOptions } = readWorkerOptions(configPath);
  // Assets would put a router before the Worker, so there are none; and its code is one file already.
  const { assets: _assets, modulesRules: _rules, bindings, ...rest } = workerOptions;
  return {
    ...rest,
    name: 'sluice',
    bindings: Object.assign({}, bindings, {
      AUTH_MODE: options.authMode ?? 'open',
      RATE_LIMIT_DEFAULT: String(LOCAL_RATE_LIMIT),
      ...(options.hasLoopbackTargets === true
        ? { PUBLIC_ORIGIN: `http://localhost:${options.port}`, ALLOW_LOOPBACK_TARGETS: '1' }
        : {}),
    }),
    serviceBindings: { ASSETS: () => new Response(null, { status: 404 }) },
    modules: [{ type: 'ESModule', path: script }, ...textsBeside(script)],
    // The name of a module is its path from here, and workerd takes none that leads upwards.
    modulesRoot: dirname(script),
    // The first socket leads through miniflare's entry Worker; this one leads to ours.
    unsafeDirectSockets: [{ host: HOST, port: options.port ?? 0 }],
    host: HOST,
    port: 0,
    cf: false,
    logRequests: false,
    // What the Worker logs is no answer of the process that hosts it.
    handleStructuredLogs: ({ message }) => process.stderr.write(`${message}\n`),
    ...(options.persistDir === undefined ? {} : { resourcePersistencePath: options.persistDir }),
  };
};

/** Which workerd is new; two servers that start at once in one process would mistake each other's. */
const startMiniflare = async (
  options: V4MiniflareOptions,
): Promise<{ readonly miniflare: Miniflare; readonly workerdPid: number | undefined }> => {
  const before = new Set(findWorkerds());
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  await miniflare.ready;
  return { miniflare, workerdPid: findWorkerds().find((pid) => !before.has(pid)) };
};

/** Starts the built Worker with its objects and its migrated D1. */
export const startEdge = async (options: EdgeOptions = {}): Promise<Edge> => {
  // Whoever reads this process's output expects no word of wrangler's in it.
  process.env['WRANGLER_LOG'] ??= 'error';
  ensureSecrets(PACKAGE_ROOT);
  const script = options.script ?? (await buildWorker());
  const { miniflare, workerdPid } = await startMiniflare(miniflareOptions(options, script));
  const forgive = workerdPid === undefined ? () => {} : killWithParent(workerdPid);
  const stop = async (): Promise<void> => {
    await miniflare.dispose();
    forgive();
  };
  try {
    if (options.persistDir !== undefined && workerdPid !== undefined) {
      mkdirSync(options.persistDir, { recursive: true });
      writeFileSync(join(options.persistDir, 'workerd.pid'), `${workerdPid}\n`);
    }
    const database: Database = await miniflare.getD1Database('DB');
    await applyMigrations(database, join(PACKAGE_ROOT, 'migrations'));
    const { port } = await miniflare.unsafeGetDirectURL();
    return {
      url: `http://${HOST}:${port}`,
      workerdPid,
      miniflare,
      d1: async (sql) => {
        await database.prepare(sql).run();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
