import { Waiters } from '../waiters.ts';
import { ClaimDesk } from './claim-desk.ts';
import { LineDesk } from './line-desk.ts';
import type { projectParts } from './project-parts.ts';
import { QueueDesk } from './queue-desk.ts';
import { RunnerDesk } from './runner-desk.ts';

/** Where runners are served: the queue, those who wait for it over either wire, and who steers them. */
export function queueParts(
  ctx: DurableObjectState,
  env: Env,
  parts: ReturnType<typeof projectParts>,
  rearm: () => void,
) {
  const waiters: Waiters = new Waiters(() => lines.serve());
  const queueDesk = new QueueDesk(parts);
  const facts = () => queueDesk.facts();
  const claimDesk = new ClaimDesk({ env, ...parts, waiters, facts, reserved: rearm });
  const { runners, queue } = parts;
  const lines: LineDesk = new LineDesk({ ctx, runners, queue, desk: claimDesk, rearm });
  const runnerDesk = new RunnerDesk(ctx.id.name ?? '', { ...parts, waiters, lines });
  return { waiters, queueDesk, claimDesk, runnerDesk, lines };
}
