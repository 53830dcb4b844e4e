import { retryLater } from '../attempts.ts';
import type { Course } from '../course.ts';
import { queueEndsAt, stageEndsAt, stallsAt } from '../deadlines.ts';

const isPast = (at: number | null, nowMs: number): boolean => at !== null && at <= nowMs;

/** Where the work that is lost begins again; a commit or a merge is only repeated. */
const beginning = ({ state: { work } }: Course): string =>
  work?.kind === 'stage' ? work.stage : '';

/** A runner that lives and does nothing is told of, and its task goes on as its project wants. */
function stall(course: Course, heardAt: number): Course {
  const { status, lease, work, plan } = course.state;
  const { stallMinutes = 0, onStall: action = 'none' } = plan.limits;
  const from = beginning(course);
  course.add({
    type: 'task:stalled',
    data: {
      status,
      runnerId: lease?.runnerId ?? '',
      ...(work === undefined ? {} : { workId: work.workId }),
      since: new Date(heardAt).toISOString(),
      stallMinutes,
      action,
    },
  });
  if (action === 'requeue') {
    return retryLater(course.endLease('stalled'), { from, error: 'runner_stalled' });
  }
  if (action === 'none') return course;
  const data = { status: 'paused', reason: 'stalled', pausedAt: course.nowIso } as const;
  return course.add({ type: 'task:paused', data });
}

/** What time does to a task that waits for a runner, or is with one that does not come to an end. */
export function passClocks(course: Course, heardAt: number | undefined): void {
  const { nowMs } = course;
  if (isPast(queueEndsAt(course.state), nowMs)) {
    course.add({ type: 'task:failed', data: { status: 'failed', error: 'queue_timeout' } });
  }
  if (isPast(stageEndsAt(course.state), nowMs)) {
    const from = beginning(course);
    retryLater(course.endLease('error'), { from, error: 'stage_timeout' });
  }
  if (heardAt === undefined) return;
  if (isPast(stallsAt(course.state, heardAt), nowMs)) stall(course, heardAt);
}
