import type { LogLine } from '../../live/task-stream.ts';
import { plain } from '../../parts/plain.ts';
import type { View } from './standing.ts';

const SHOWN_MAX = 3;

interface FailureProps {
  readonly view: View;
  readonly lines: readonly LogLine[];
}

/** Why it failed, at a glance: what was said last, where, and the lines that led there. */
export function Failure({ view, lines }: FailureProps) {
  const { task, at } = view;
  const stage = task.stages.find(({ status }) => status === 'failed');
  const until = lines.filter(({ seq }) => seq <= (at ?? Infinity));
  const errors = until.filter(({ level }) => level === 'error');
  const shown = (errors.length > 0 ? errors : until).slice(-SHOWN_MAX);
  return (
    <section class="card stack bad" aria-label="Why it failed">
      <h2>
        {task.status === 'cancelled' ? 'It was cancelled' : 'It failed'}
        {stage !== undefined && ` in the stage ${plain(stage.name)}, try ${stage.attempts}`}
      </h2>
      {task.error !== undefined && <p class="plain-text">{plain(task.error)}</p>}
      {task.status === 'failed' && shown.length > 0 && (
        <ul class="list small">
          {shown.map(({ seq, message }) => (
            <li key={seq}>
              <a href={`#L${seq}`}>line {seq}</a> <code>{plain(message)}</code>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
