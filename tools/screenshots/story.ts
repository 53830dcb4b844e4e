// What there is to see: the tasks of a small team, done by a real runner, and among them one for each question.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../child-process.ts';
import { ensureDemoRepository } from '../demo/repository.ts';

const CLI = fileURLToPath(new URL('../../cli/sluice.js', import.meta.url));
const AGENT = fileURLToPath(new URL('./agent.js', import.meta.url));
const WITHIN_MS = 120_000;
const POLL_MS = 200;

/** No runner of the story has what they ask for. */
const LATER = ['Train the greeting model', 'Measure the model on last week’s visitors'];
/** Done at once, and asked of nobody. */
const SOON = ['Name the constants of the router', 'Tell readers how to add a language'];

export interface Story {
  /** At work. */
  readonly running: string;
  /** At a gate. */
  readonly waiting: string;
  readonly failed: string;
  /** Approved by a person, merged, and done. */
  readonly done: string;
  readonly stop: () => Promise<void>;
}

/** Plays it on a server in open mode; `dir` is for the repository and the runner's own files. */
export const playStory = async (url: string, dir: string): Promise<Story> => {
  const ask = asker(url);
  const repo = join(dir, 'repo');
  await ensureDemoRepository(repo);
  const review = { workflow: 'feature', autonomy: 'review-before-merge' };
  const done = await ask.create({ ...review, description: 'Greet visitors in their own language' });
  const failed = await ask.create({
    ...{ ...review, maxRetries: 0 },
    description: 'Upgrade the HTTP client to version 5',
  });
  const running = await ask.create({
    ...{ ...review, priority: 'high' },
    description: 'Migrate the greetings to the new store',
  });
  const waiting = await ask.create({ ...review, description: 'Add health check endpoint' });
  for (const description of LATER) await ask.create({ description, requires: ['gpu'] });
  const soon = await Promise.all(
    SOON.map((description) => ask.create({ description, workflow: 'refactor', autonomy: 'full' })),
  );
  const runner = startRunner(url, dir, repo);
  try {
    await ask.reaches(failed, 'failed');
    await ask.reaches(done, 'waiting-approval');
    await ask.post(`/tasks/${done}/gates/review/approve`, {
      ...{ approver: 'ada@example.com', comment: 'Reads well in all four languages.' },
    });
    await ask.reaches(done, 'completed');
    await ask.reaches(waiting, 'waiting-approval');
    for (const id of soon) await ask.reaches(id, 'completed');
    await ask.reaches(running, 'in-progress');
  } catch (error) {
    await runner.end(0);
    throw new Error(`${error instanceof Error ? error.message : error}\n${runner.tail()}`);
  }
  return { running, waiting, failed, done, stop: () => runner.end(0) };
};

const startRunner = (url: string, dir: string, repo: string) => {
  const env = Object.entries(process.env).filter(([name]) => !/^(SLUICE|GIT)_/.test(name));
  return startChild({
    command: process.execPath,
    args: [
      ...[CLI, 'run', '--url', url, '--repo', repo, '--name', 'laptop', '--concurrency', '3'],
      ...['--', process.execPath, AGENT],
    ],
    cwd: dir,
    env: {
      ...Object.fromEntries(env),
      ...{ XDG_STATE_HOME: join(dir, 'state'), XDG_CONFIG_HOME: join(dir, 'config') },
      ...{ NO_COLOR: '1', SLUICE_DEMO_PAUSE_MS: '30' },
    },
    output: 'keep',
  });
};

const asker = (url: string) => {
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // What the API promises of these paths.
    const said = (await answer.json()) as Readonly<Record<string, unknown>>;
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
    return said;
  };
  const post = (path: string, body: unknown) => ask('POST', path, body);
  const create = async (fields: object) => String((await post('/tasks', fields))['taskId']);
  const reaches = async (id: string, status: string): Promise<void> => {
    const deadline = performance.now() + WITHIN_MS;
    for (let last = ''; last !== status; ) {
      last = String((await ask('GET', `/tasks/${id}`))['status']);
      if (last !== status && performance.now() > deadline)
        throw new Error(`The task ${id} is ${last}, and never ${status}.`);
      if (last !== status) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  return { post, create, reaches };
};
