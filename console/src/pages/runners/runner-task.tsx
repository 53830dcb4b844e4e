import { useEffect, useState } from 'preact/hooks';
import type { Task } from '../../../../src/contract/task.ts';
import { useReading } from '../../api/read.ts';
import { useFresh } from '../../live/fresh.ts';
import { Ago } from '../../parts/ago.tsx';
import { later } from '../../parts/later.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { titleOf } from '../../parts/title.ts';

const ReleaseDialog = later(() =>
  import('./release-dialog.tsx').then((file) => file.ReleaseDialog),
);

/** So much later the server has noticed, too. */
const LATE_MS = 1_000;

interface TaskProps {
  readonly id: string;
  readonly again: () => void;
}

/** What a runner works on: the task, its stage and its lease. */
export function RunnerTask({ id, again }: TaskProps) {
  const task = useReading<Task>(`/tasks/${id}`);
  const [isOpen, setOpen] = useState(false);
  useFresh(task.again, /^(task:stage|lease:)/, 1_000);
  useAtEnd(task.value.value?.lease?.expiresAt, task.again);
  return (
    <Read of={task}>
      {(one) => (
        <div class="row">
          <a href={`/console/tasks/${id}`}>{titleOf(one)}</a>
          {one.currentStage !== undefined && <code>{plain(one.currentStage)}</code>}
          {one.lease !== undefined && <LeaseLine lease={one.lease} />}
          <button
            type="button"
            class="push"
            disabled={one.lease === undefined}
            onClick={() => setOpen(true)}
          >
            Take it away…
          </button>
          {isOpen && <ReleaseDialog task={one} close={() => setOpen(false)} done={again} />}
        </div>
      )}
    </Read>
  );
}

/** Looks again once the lease that is known is over: heartbeats, which renew it, are not told one by one. */
function useAtEnd(expiresAt: string | undefined, again: () => void): void {
  useEffect(() => {
    if (expiresAt === undefined) return;
    const timer = setTimeout(again, Math.max(0, Date.parse(expiresAt) - Date.now()) + LATE_MS);
    return () => clearTimeout(timer);
  }, [expiresAt, again]);
}

function LeaseLine({ lease }: { readonly lease: NonNullable<Task['lease']> }) {
  const { grantedAt, expiresAt, lastHeartbeatAt, progress } = lease;
  return (
    <span class="muted">
      since <Ago at={grantedAt} suffix=" ago" />
      {lastHeartbeatAt !== undefined && (
        <>
          {' '}
          · heartbeat <Ago at={lastHeartbeatAt} suffix=" ago" />
        </>
      )}{' '}
      · lease ends <Ago at={expiresAt} suffix=" ago" /> unless renewed
      {progress?.message !== undefined && ` · ${plain(progress.message)}`}
    </span>
  );
}
