// The load: people, scripted runners, real runners and watchers, until it is told to stop.
import { join } from 'node:path';
import { CliRunner } from './cli-runner.ts';
import { Person } from './person.ts';
import { GIT_PROJECT } from './project.ts';
import type { Random } from './random.ts';
import { makeRepository } from './scratch-repository.ts';
import { GENTLE, ScriptedRunner, type Temper } from './scripted-runner.ts';
import { Watcher } from './watcher.ts';
import type { World } from './world.ts';

const TEMPER: Temper = { batches: 3, fails: 0.03, releases: 0.03, vanishes: 0 };
const WORKFLOWS = ['feature', 'bugfix', 'refactor'] as const;
const WATCH_SHARE = 0.25;

export interface LoadSize {
  readonly people: number;
  readonly scriptedRunners: number;
  readonly cliRunners: number;
  /** By each person, and in the project of the real runners by one person alone. */
  readonly tasksMax: number;
  readonly gitTasksMax: number;
  readonly watchersMax: number;
  /** How often a scripted runner leaves a stage without a word: each costs a lease's time. */
  readonly vanishShare: number;
}

export class Load {
  readonly watchers: Watcher[] = [];
  readonly brand: readonly [string, string];
  readonly #world: World;
  readonly #repoDir: string;
  readonly #size: LoadSize;
  readonly #random: Random;
  readonly #people = new AbortController();
  readonly #runners = new AbortController();
  readonly #scripted: ScriptedRunner[] = [];
  readonly #cli: CliRunner[] = [];
  #acting: Promise<void>[] = [];
  #working: Promise<void>[] = [];

  constructor(world: World, size: LoadSize, random: Random) {
    this.#world = world;
    this.#size = size;
    this.#random = random;
    this.#repoDir = join(world.dir, 'repo');
    this.brand = ['FAULTS_LOAD', world.dir];
  }

  /** Undefined where no real runner is at work. */
  get repoDir(): string | undefined {
    return this.#size.cliRunners > 0 ? this.#repoDir : undefined;
  }

  async start(): Promise<void> {
    const { cliRunners } = this.#size;
    if (cliRunners > 0) await makeRepository(this.#repoDir);
    for (let index = 1; index <= cliRunners; index += 1) this.#startCli(index);
    for (let index = 1; index <= this.#size.scriptedRunners; index += 1) {
      const runner = new ScriptedRunner(this.#world, `scripted-${index}`, this.#random.fork(), {
        ...TEMPER,
        vanishes: this.#size.vanishShare,
      });
      this.#scripted.push(runner);
      this.#working.push(runner.run(this.#runners.signal));
    }
    for (const person of this.#invite()) this.#acting.push(person.act(this.#people.signal));
  }

  /** People leave; runners stay, and disturb nothing any more. */
  async calm(): Promise<void> {
    for (const runner of this.#scripted) runner.temper = GENTLE;
    this.#people.abort();
    await Promise.all(this.#acting);
    this.#acting = [];
  }

  async end(): Promise<void> {
    await this.calm();
    this.#runners.abort();
    await Promise.all([
      ...this.#working,
      ...this.#cli.map((runner) => runner.end()),
      ...this.watchers.map((watcher) => watcher.end()),
    ]);
    this.#working = [];
  }

  #startCli(index: number): void {
    const { dir, server } = this.#world;
    const name = `cli-${index}`;
    this.#cli.push(
      new CliRunner({
        name,
        url: server.url,
        projectId: GIT_PROJECT,
        repoDir: this.#repoDir,
        dir: join(dir, name),
        stateDir: join(dir, 'state'),
        concurrency: 2,
        brand: this.brand,
      }),
    );
  }

  #invite(): readonly Person[] {
    const { people, cliRunners, tasksMax, gitTasksMax, watchersMax } = this.#size;
    const random = this.#random.fork();
    const onTask = (taskId: string): void => {
      const isWatched = this.watchers.length < watchersMax && random.isChance(WATCH_SHARE);
      if (isWatched) this.watchers.push(new Watcher(this.#world.server.url, taskId, random.fork()));
    };
    const all = Array.from({ length: people }, (_, index) => ({
      name: `p${index + 1}`,
      random: this.#random.fork(),
      workflows: WORKFLOWS,
      openMax: 6,
      tasksMax,
      thinkMsMax: 25,
      onTask,
    }));
    const steward = {
      name: 'git',
      random: this.#random.fork(),
      workflows: ['bugfix', 'refactor'] as const,
      openMax: 4,
      tasksMax: gitTasksMax,
      thinkMsMax: 600,
      onTask,
      projectId: GIT_PROJECT,
    };
    return [...all, ...(cliRunners > 0 ? [steward] : [])].map(
      (options) => new Person(this.#world, options),
    );
  }
}
