// A runner that was silent for longer than its lease, and then says everything a runner can say.
import { createTask } from '../create-task.ts';
import type { Holding } from '../holding.ts';
import { MARK } from '../marks.ts';
import type { Random } from '../random.ts';
import { GENTLE, ScriptedRunner } from '../scripted-runner.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const CLAIMED_MS = 60_000;
const STALE: ReadonlySet<string> = new Set(['stale_epoch', 'no_lease']);

/** Each write of a lease that is over is refused as that, and the log stays as it is. */
const speakUp = async ({ api, report }: World, dead: Holding, when: string): Promise<void> => {
  const { taskId, grant } = dead;
  const before = (await api.task(taskId)).seq;
  const writes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['heartbeat', () => dead.beat(grant.work.workId, 0)],
    ['events', () => dead.say(2)],
    ['result', () => dead.finish(grant.work, 'completed')],
    ['release', () => dead.release()],
  ];
  for (const [name, write] of writes) {
    dead.refusedBy = undefined;
    await write();
    report.add('writes of zombies refused', STALE.has(dead.refusedBy ?? '') ? 1 : 0);
    if (STALE.has(dead.refusedBy ?? '')) continue;
    const evidence = dead.refusedBy ?? 'it was not';
    report.violate({ taskId, what: `${name} ${when} was not refused as stale`, evidence });
  }
  const after = (await api.task(taskId)).seq;
  if (after === before) return;
  report.violate({ taskId, what: 'a zombie has changed the log', evidence: `${before}, ${after}` });
};

/** Two scripted runners: the first falls silent, the second takes over and is spoken into. */
export const raiseZombie = async (world: World, random: Random): Promise<void> => {
  const never = new AbortController().signal;
  const [first, second] = ['zombie', 'heir'].map(
    (name) => new ScriptedRunner(world, name, random.fork(), GENTLE),
  );
  if (first === undefined || second === undefined) return;
  await createTask(world, {
    description: `${MARK}To be haunted`,
    workflow: 'bugfix',
    autonomy: 'full',
  });
  const claimWith = async (runner: ScriptedRunner): Promise<Holding> => {
    let holding: Holding | undefined;
    await until('the task is claimed', CLAIMED_MS, async () => {
      const grant = await runner.claim(never);
      if (grant !== undefined) holding = runner.hold(grant);
      return holding !== undefined;
    });
    if (holding === undefined) throw new Error('Nothing was claimed');
    return holding;
  };
  const dead = await claimWith(first);
  await dead.say(3);
  const heir = await claimWith(second);
  await heir.say(3);
  await speakUp(world, dead, 'while another holds the task');
  await second.work(heir, never);
  await speakUp(world, dead, 'after the end');
};
