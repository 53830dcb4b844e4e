// One runner is killed, one frozen for longer than its lease, one cut off; a fourth takes all three tasks over, and what
// the dead come back to say changes nothing.
import type { TaskEvent } from '../../../src/contract/event.ts';
import { isEnded } from '../checks/rest.ts';
import { createTask } from '../create-task.ts';
import type { Member } from '../crew.ts';
import { MARK } from '../marks.ts';
import { GIT_PROJECT } from '../project.ts';
import type { Random } from '../random.ts';
import { isWithin, pause, until } from '../until.ts';
import { Watcher } from '../watcher.ts';
import type { World } from '../world.ts';

const AT_WORK_MS = 40_000;
/** A term, a fresh one for an object that forgot the first, and some more. */
const TAKEN_OVER_MS = 60_000;
const ENDED_MS = 60_000;
const NOTICED_MS = 20_000;
const FLAP_MS = { whole: 1_500, cut: 150 } as const;

type Recover = () => void;

interface Victim {
  readonly member: Member;
  readonly what: string;
  /** Does it, and gives what undoes it. */
  readonly hit: () => Promise<Recover>;
  /** Whether the same process comes back and has to learn what it lost. */
  readonly returns: boolean;
}

const victimsOf = ([killed, frozen, cut]: readonly [Member, Member, Member]): readonly Victim[] => [
  {
    member: killed,
    what: 'killed',
    returns: false,
    hit: async () => {
      await killed.runner.kill('runner');
      return () => killed.start();
    },
  },
  {
    member: frozen,
    what: 'frozen',
    returns: true,
    hit: async () => frozen.runner.freeze('runner'),
  },
  {
    member: cut,
    what: 'cut off',
    returns: true,
    hit: async () => {
      cut.cable.cut();
      return () => cut.cable.mend();
    },
  },
];

const leasesOf = (log: readonly TaskEvent[]): number =>
  log.filter(({ type }) => type === 'lease:acquired').length;

const disturb = async (world: World, victim: Victim): Promise<void> => {
  const { api, report } = world;
  const { member, what, returns } = victim;
  const taskId = (await member.dawdlesAt()) ?? '';
  const before = leasesOf(await api.events(taskId));
  const recover = await victim.hit();
  report.add(`runners ${what}`);
  report.say(`runners: ${member.name} is ${what} at ${taskId}`);
  const from = performance.now();
  const isTaken = async () => leasesOf(await api.events(taskId)) > before;
  const wasTaken = await isWithin(TAKEN_OVER_MS, isTaken);
  const seconds = ((performance.now() - from) / 1_000).toFixed(1);
  member.hurry();
  recover();
  if (!wasTaken) report.violate({ taskId, what: 'was not taken over', evidence: `${seconds} s` });
  else
    report.say(`runners: ${taskId} is taken over after ${seconds} s, and ${member.name} is back`);
  report.add('tasks taken over', wasTaken ? 1 : 0);
  if (!returns) return;
  const hasNoticed = () => member.runner.output.includes('is no longer held by this runner');
  if (await isWithin(NOTICED_MS, hasNoticed)) report.add('returned runners that were refused');
  else
    report.violate({
      taskId,
      what: `${member.name} was not refused`,
      evidence: member.runner.output,
    });
};

/** The helper's cable breaks again and again for less than a lease: that costs it nothing. */
const flap = async ({ cable }: Member, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await pause(FLAP_MS.whole, signal);
    cable.cut();
    await pause(FLAP_MS.cut);
    cable.mend();
  }
};

/** The last of the crew helps; the first three are its victims. */
export const takeOver = async (
  world: World,
  crew: readonly [Member, Member, Member, Member],
  random: Random,
): Promise<readonly Watcher[]> => {
  const { api, report, server } = world;
  const [first, second, third, helper] = crew;
  const victims = victimsOf([first, second, third]);
  for (const { member } of victims) {
    member.dawdle();
    member.start();
  }
  const taskIds: string[] = [];
  for (const { what } of victims) {
    const fields = { workflow: 'bugfix', autonomy: 'full', projectId: GIT_PROJECT };
    taskIds.push(
      (await createTask(world, { description: `${MARK}To be ${what}`, ...fields })) ?? '',
    );
  }
  const watchers = taskIds.map((taskId) => new Watcher(server.url, taskId, random.fork()));
  await until('every victim is in mid-stage', AT_WORK_MS, async () => {
    const at = await Promise.all(victims.map(({ member }) => member.dawdlesAt()));
    return at.every((taskId) => taskId !== undefined);
  });
  helper.start();
  const calm = new AbortController();
  const flapping = flap(helper, calm.signal);
  await Promise.all(victims.map((victim) => disturb(world, victim)));
  for (const taskId of taskIds) {
    const hasEnded = await isWithin(ENDED_MS, async () => isEnded(await api.task(taskId)));
    const { status, attempt } = await api.task(taskId);
    if (hasEnded && status === 'completed' && attempt > 1) continue;
    report.violate({ taskId, what: `is ${status} in attempt ${attempt}`, evidence: '' });
  }
  calm.abort();
  await flapping;
  const { output } = helper.runner;
  if (output.includes('no longer held')) {
    report.violate({ what: 'a cable that broke for a moment cost a lease', evidence: output });
  }
  return watchers;
};
