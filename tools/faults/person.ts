// A client with tasks of its own: it creates, looks, and makes one move after the other, through every outage.
import type { Autonomy, Task } from '../../src/contract/task.ts';
import { isEnded } from './checks/rest.ts';
import { createTask } from './create-task.ts';
import { makeMove } from './make-move.ts';
import { MARK } from './marks.ts';
import { movesFor } from './moves.ts';
import type { Random } from './random.ts';
import { isWithin, pause } from './until.ts';
import type { World } from './world.ts';

const AUTONOMIES: readonly [Autonomy, ...Autonomy[]] = [
  ...(['full', 'full', 'review-before-commit', 'review-before-merge', 'manual'] as const),
];
const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
const CREATE_SHARE = 0.25;
const DEPENDENT_SHARE = 0.1;
/** How often a task that has ended is left alone, and one whose last write is in doubt. */
const LEAVE_SHARE = 0.3;
const FORGET_SHARE = 0.5;
const UP_MS_MAX = 60_000;

export interface PersonOptions {
  readonly name: string;
  readonly random: Random;
  readonly projectId?: string;
  readonly workflows: readonly [string, ...string[]];
  /** How many tasks it has in hand at a time, and makes in all. */
  readonly openMax: number;
  readonly tasksMax: number;
  readonly thinkMsMax: number;
  readonly onTask?: (taskId: string) => void;
}

export class Person {
  readonly #world: World;
  readonly #options: PersonOptions;
  /** Its tasks with the last seq that it was shown. */
  readonly #open = new Map<string, number>();
  #made = 0;
  #marks = 0;

  constructor(world: World, options: PersonOptions) {
    this.#world = world;
    this.#options = options;
  }

  async act(signal: AbortSignal): Promise<void> {
    const { random, thinkMsMax } = this.#options;
    while (!signal.aborted) {
      const isKnown = await this.#step();
      if (!isKnown) await isWithin(UP_MS_MAX, () => this.#world.server.isUp || signal.aborted);
      await pause(random.between(1, thinkMsMax), signal);
    }
  }

  /** False when the server gave no answer. */
  #step(): Promise<boolean> {
    const { random, openMax, tasksMax } = this.#options;
    const mayCreate = this.#open.size < openMax && this.#made < tasksMax;
    const [first, ...more] = this.#open.keys();
    if (mayCreate && (first === undefined || random.isChance(CREATE_SHARE))) return this.#create();
    return first === undefined ? Promise.resolve(true) : this.#tend(random.pick([first, ...more]));
  }

  #mark(): string {
    this.#marks += 1;
    return `${MARK}${this.#options.name} ${this.#marks}`;
  }

  async #create(): Promise<boolean> {
    const { random, projectId, workflows, onTask } = this.#options;
    this.#made += 1;
    const created = await createTask(this.#world, {
      description: this.#mark(),
      ...this.#dependsOn(),
      workflow: random.pick(workflows),
      autonomy: random.pick(AUTONOMIES),
      priority: random.pick(PRIORITIES),
      ...(projectId === undefined ? {} : { projectId }),
    });
    if (created === undefined || created === 'refused') return created === 'refused';
    this.#open.set(created, 0);
    onTask?.(created);
    return true;
  }

  /** Now and then a task that is to wait for another one of hers. */
  #dependsOn(): { readonly dependsOn?: readonly string[] } {
    const { random } = this.#options;
    const [first, ...more] = this.#open.keys();
    if (first === undefined || !random.isChance(DEPENDENT_SHARE)) return {};
    return { dependsOn: [random.pick([first, ...more])] };
  }

  /** Looks at a task and does something about it. */
  async #tend(taskId: string): Promise<boolean> {
    const { random } = this.#options;
    const seen = await this.#world.api.send<Task>({ method: 'GET', path: `/tasks/${taskId}` });
    if (seen.kind === 'refused') {
      const evidence = JSON.stringify(seen);
      this.#world.report.violate({ taskId, what: 'was acknowledged and is gone', evidence });
      this.#open.delete(taskId);
    }
    if (seen.kind !== 'acknowledged') return seen.kind === 'refused';
    const task = seen.body;
    this.#compare(task);
    if (isEnded(task) && random.isChance(LEAVE_SHARE)) this.#open.delete(taskId);
    const move = random.weighted(movesFor(task));
    if (move === undefined) return true;
    const isKnown = await makeMove(this.#world, move, { task, mark: this.#mark(), random });
    // What nobody looks at again has to come right by itself.
    if (!isKnown && random.isChance(FORGET_SHARE)) this.#open.delete(taskId);
    return isKnown;
  }

  /** What was shown once is never taken back. */
  #compare({ id, seq }: Task): void {
    const before = this.#open.get(id) ?? 0;
    this.#open.set(id, seq);
    if (seq >= before) return;
    const evidence = `it was at ${before} and is at ${seq}`;
    this.#world.report.violate({ taskId: id, what: 'went back in time', evidence });
  }
}
