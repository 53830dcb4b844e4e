// Random faults at random moments, while a few tasks at a time are there to be disturbed at.

import { isEnded } from '../checks/rest.ts';
import { createTask } from '../create-task.ts';
import type { Member } from '../crew.ts';
import { Disturber } from '../disturber.ts';
import { MARK } from '../marks.ts';
import { GIT_PROJECT } from '../project.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';

const OPEN_MAX = 6;
const TASKS_MAX = 20;

class Feeder {
  readonly #world: World;
  readonly #open = new Set<string>();
  #made = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Keeps as many tasks open as the runners can be disturbed at. */
  async feed(): Promise<void> {
    for (const taskId of this.#open) {
      if (isEnded(await this.#world.api.task(taskId))) this.#open.delete(taskId);
    }
    while (this.#open.size < OPEN_MAX && this.#made < TASKS_MAX) {
      this.#made += 1;
      const fields = { workflow: 'bugfix', autonomy: 'full', projectId: GIT_PROJECT };
      const description = `${MARK}Task in chaos ${this.#made}`;
      this.#open.add((await createTask(this.#world, { description, ...fields })) ?? '');
    }
  }
}

/** Disturbs the crew for so long, then waits until all of them are back. */
export const runChaos = async (
  world: World,
  crew: readonly Member[],
  { random, forMs }: { readonly random: Random; readonly forMs: number },
): Promise<void> => {
  const disturber = new Disturber(world, random);
  const feeder = new Feeder(world);
  const deadline = performance.now() + forMs;
  while (performance.now() < deadline) {
    await feeder.feed();
    await disturber.disturb(crew);
    await disturber.rest();
  }
  await disturber.end();
};
