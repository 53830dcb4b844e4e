import { copy } from '../../../parts/copy.tsx';
import { plain } from '../../../parts/plain.ts';
import type { TabProps } from '../tab-panel.tsx';

/** The task as the API gives it. */
export function JsonTab({ view: { task, at } }: TabProps) {
  const text = JSON.stringify(task, null, 2);
  return (
    <section class="panel stack" aria-label="JSON">
      <div class="row">
        <span class="muted">
          {at === null ? 'As' : `After event ${at}, as`} <code>GET /tasks/{task.id}</code> answers
        </span>
        <button type="button" class="push" onClick={() => void copy(text, 'The task')}>
          Copy
        </button>
        <a href={`/tasks/${task.id}`} target="_blank" rel="noopener">
          Open
        </a>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard. */}
      <pre tabIndex={0}>{plain(text)}</pre>
    </section>
  );
}
