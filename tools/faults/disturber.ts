// Random faults at random moments, on every runner but one at a time.
import type { Member } from './crew.ts';
import type { Random } from './random.ts';
import { pause } from './until.ts';
import type { World } from './world.ts';

const ROUND_MS = { min: 300, max: 1_500 } as const;
/** Some faults outlast a lease, most do not. */
const FAULT_MS = { min: 300, max: 4_000, long: 18_000 } as const;
const LONG_SHARE = 0.15;

interface Fault {
  readonly name: string;
  readonly weight: number;
  readonly hit: (member: Member) => Promise<() => void>;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'runners killed',
    weight: 2,
    hit: async (member) => {
      await member.runner.kill('runner');
      return () => member.start();
    },
  },
  {
    name: 'runners killed with their agents',
    weight: 1,
    hit: async (member) => {
      await member.runner.kill('all');
      return () => member.start();
    },
  },
  {
    name: 'runners frozen',
    weight: 2,
    hit: async (member) => member.runner.freeze('runner'),
  },
  {
    name: 'runners frozen with their agents',
    weight: 1,
    hit: async (member) => member.runner.freeze('all'),
  },
  {
    name: 'runners cut off',
    weight: 2,
    hit: async ({ cable }) => {
      cable.cut();
      return () => cable.mend();
    },
  },
  {
    name: 'runners whose line says things twice',
    weight: 2,
    hit: async ({ cable }) => {
      cable.double();
      return () => cable.mend();
    },
  },
  {
    name: 'runners behind a dead line',
    weight: 2,
    hit: async ({ cable }) => {
      cable.goDead();
      return () => cable.mend();
    },
  },
];

export class Disturber {
  readonly #world: World;
  readonly #random: Random;
  readonly #disturbed = new Map<Member, Promise<void>>();

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** One fault, on one of those that are well. */
  async disturb(crew: readonly Member[]): Promise<void> {
    const [first, ...more] = crew.filter((member) => !this.#disturbed.has(member));
    // One at least is well, so that something goes on.
    if (first === undefined || more.length === 0) return;
    const member = this.#random.pick([first, ...more]);
    const fault = this.#random.weighted(FAULTS);
    if (fault === undefined) return;
    const isLong = this.#random.isChance(LONG_SHARE);
    const forMs = isLong ? FAULT_MS.long : this.#random.between(FAULT_MS.min, FAULT_MS.max);
    this.#world.report.add(fault.name);
    this.#world.report.say(
      `runners: ${member.name}, ${fault.name.replace('runners ', '')}, ${forMs} ms`,
    );
    const over = fault.hit(member).then(async (recover) => {
      await pause(forMs);
      recover();
      this.#disturbed.delete(member);
    });
    this.#disturbed.set(member, over);
  }

  /** The time between two faults. */
  rest(): Promise<void> {
    return pause(this.#random.between(ROUND_MS.min, ROUND_MS.max));
  }

  /** All of them are well again. */
  async end(): Promise<void> {
    await Promise.all(this.#disturbed.values());
  }
}
