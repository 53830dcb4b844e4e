import type { TaskEventType } from './event.ts';

/** What producers report, and leases: of interest to who watches a task, and too much for everybody else. */
const UNTOLD =
  /^(log|agent|artifact|usage|changes|output|checkpoint|lease|trash):|^budget:reserved$/;

/** `task:stage-changed` is told as `task.stage_changed`; null: it is not told outside its task. */
export function typeOfTaskEvent(type: TaskEventType): string | null {
  return UNTOLD.test(type) ? null : type.replace(':', '.').replaceAll('-', '_');
}
