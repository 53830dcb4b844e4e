import type { Runner } from '../../../../src/contract/runner.ts';
import { ask, post } from '../../api/ask.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { plain } from '../../parts/plain.ts';
import { Status } from '../../parts/status.tsx';
import { Sure } from '../../parts/sure.tsx';
import { say } from '../../shell/toast.tsx';
import { RunnerTask } from './runner-task.tsx';

interface CardProps {
  readonly runner: Runner;
  readonly again: () => void;
}

export function RunnerCard({ runner, again }: CardProps) {
  const { id, name, status, labels, capacity, leases, lastSeenAt, taskIds = [] } = runner;
  return (
    <article class="panel stack" aria-label={plain(name)}>
      <div class="row">
        <h2>{plain(name)}</h2>
        <Status status={status} />
        <span class="muted">
          {leases} of {capacity} at work
          {/* Signs of life are not told one by one: of who is there it would be old by now. */}
          {status === 'offline' && (
            <>
              {' '}
              · heard of <Ago at={lastSeenAt} suffix=" ago" />
            </>
          )}
        </span>
        <CopyId id={id} />
        <Buttons runner={runner} again={again} />
      </div>
      {labels.length > 0 && (
        <p class="muted">
          {labels.map((label) => (
            <>
              <code key={label}>{plain(label)}</code>{' '}
            </>
          ))}
        </p>
      )}
      {taskIds.map((taskId) => (
        <RunnerTask key={taskId} id={taskId} again={again} />
      ))}
    </article>
  );
}

function Buttons({ runner: { id, name, status, leases }, again }: CardProps) {
  return (
    <div class="row push">
      <Act
        ask={() => post(`/runners/${id}/drain`)}
        done={() => {
          say(`${plain(name)} finishes what it has, and is given nothing more.`);
          again();
        }}
        disabled={status !== 'online'}
      >
        Drain
      </Act>
      <Sure
        title={`Remove ${plain(name)}?`}
        text={
          leases === 0
            ? 'Its token is dead at once. It can be registered again.'
            : 'Its token is dead at once, and what it works on is tried again by another one when its lease is over.'
        }
        ask={() => ask('DELETE', `/runners/${id}${leases === 0 ? '' : '?force=true'}`)}
        done={() => {
          say(`${plain(name)} is removed.`);
          again();
        }}
      >
        Remove
      </Sure>
    </div>
  );
}
