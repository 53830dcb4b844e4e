// `npm run dev`: a server on this machine and, unless SLUICE_DEMO=0, a demo that moves by itself.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { endChildren } from './child-process.ts';
import { followTask } from './demo/follow-task.ts';
import { ensureDemoRepository } from './demo/repository.ts';
import { keepRunner } from './demo/runner.ts';
import { type DemoTask, ensureDemoTask } from './demo/task.ts';
import {
  announceDemo,
  announceEmpty,
  announceRequired,
  approveLine,
  logLine,
  taskPage,
} from './dev/announcement.ts';
import { newBootstrap } from './dev/bootstrap-secret.ts';
import { prepareDatabase } from './dev/database.ts';
import { lockDirectory } from './dev/lock.ts';
import { type DevOptions, readDevOptions } from './dev/options.ts';
import { explainTakenPort } from './dev/port.ts';
import { writePublicFiles } from './dev/public-files.ts';
import { ensureSecrets } from './dev/secrets.ts';
import { describeFailure, startServer } from './dev/server.ts';
import { endOnSignal } from './interruption.ts';
import { PACKAGE_ROOT } from './package-root.ts';

const GRACE_MS = 2_000;
/** Where npm was called from: relative paths are meant from there. */
const CALLER_DIR = process.env['INIT_CWD'] ?? process.cwd();

let isEnding = false;

const say = (line: string): void => {
  if (!isEnding) console.log(line);
};

/** Throws one sentence when this server cannot run here now. */
const claimPlace = async (options: DevOptions): Promise<void> => {
  const taken = await explainTakenPort(options.port);
  if (taken !== undefined) throw new Error(taken);
  mkdirSync(options.persistDir, { recursive: true });
  if (await lockDirectory(options.persistDir)) return;
  const where = options.persistDir;
  throw new Error(`Another server uses ${where}: end it, or pass \`-- --persist-to DIR\`.`);
};

const tellAboutTask = (url: string, task: DemoTask, repoDir: string): void => {
  const place = { url, repoDir, cwd: CALLER_DIR };
  const onGate = (gate: string): void => {
    say(
      `\n  It waits for you at gate "${gate}". Decide it at\n  ${taskPage(url, task.id)}\n` +
        `  or approve it here:\n  ${approveLine(url, task.id, gate)}\n`,
    );
  };
  const onEnd = (status: string): void => {
    if (status === 'completed')
      say(`\n  The demo task is completed. See the result:\n  ${logLine(place)}\n`);
  };
  if (task.status === 'waiting-approval') onGate('review');
  void followTask(url, task, { say, onGate, onEnd });
};

const startDemo = async (options: DevOptions, url: string): Promise<void> => {
  const demoDir = join(options.persistDir, 'demo');
  const repoDir = join(demoDir, 'repo');
  const task = await ensureDemoTask(url);
  say(`${announceDemo({ url, repoDir, cwd: CALLER_DIR }, task)}\n`);
  tellAboutTask(url, task, repoDir);
  void keepRunner({ root: PACKAGE_ROOT, demoDir, url, say }, () => isEnding);
};

/** What to say where nothing moves by itself; `link` makes the first owner where a sign-in is required. */
const announcementOf = async (url: string, link: string | null): Promise<string> => {
  if (link === null) return announceEmpty({ url, repoDir: '', cwd: CALLER_DIR });
  // The page of the first owner is there as long as there is nobody.
  const answer = await fetch(`${url}/bootstrap`, { signal: AbortSignal.timeout(10_000) });
  await answer.body?.cancel();
  return announceRequired(url, answer.ok ? link : undefined);
};

/** Resolves with the exit code when the server ends by itself; signals end the process elsewhere. */
const serve = async (options: DevOptions): Promise<number> => {
  await claimPlace(options);
  ensureSecrets(PACKAGE_ROOT);
  await writePublicFiles(PACKAGE_ROOT);
  const stateDir = join(options.persistDir, 'state');
  const { persistDir, hasDemo } = options;
  const database = { root: PACKAGE_ROOT, persistDir, stateDir };
  await Promise.all([
    prepareDatabase(database, { hasDemo, now: Date.now() }),
    hasDemo ? ensureDemoRepository(join(persistDir, 'demo', 'repo')) : undefined,
  ]);
  const { link, setting } = newBootstrap(`http://localhost:${options.port}`, { now: Date.now() });
  const isRequired = options.authMode === 'required';
  const bootstrap = isRequired ? { bootstrap: setting } : {};
  const server = await startServer({ root: PACKAGE_ROOT, stateDir, ...options, ...bootstrap });
  if (!server.ok) throw new Error(server.reason);
  if (hasDemo) await startDemo(options, server.url);
  else say(await announcementOf(server.url, isRequired ? link : null));
  await server.child.ended;
  throw new Error(`The server has stopped.\n${describeFailure(server.child.tail())}`);
};

export const run = async (args: readonly string[]): Promise<number> => {
  // A terminal that was closed must not keep the end from being orderly.
  process.stdout.on('error', () => {});
  endOnSignal(
    () => 0,
    () => {
      isEnding = true;
    },
  );
  try {
    return await serve(readDevOptions(args, process.env, CALLER_DIR));
  } catch (error) {
    // While ending, everything fails, and the signal's own end decides the exit code.
    if (isEnding) return new Promise<never>(() => {});
    isEnding = true;
    console.error(error instanceof Error ? error.message : String(error));
    await endChildren(GRACE_MS);
    return 1;
  }
};
