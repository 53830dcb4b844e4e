// Everything that has happened to the task but its log lines, newest first.

import { useSignal } from '@preact/signals';
import type { OtherEvent } from '../../../live/task-stream.ts';
import { Ago } from '../../../parts/ago.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { count } from '../../../parts/number.ts';
import { plain } from '../../../parts/plain.ts';
import { curlHere } from '../../../parts/samples-here.ts';
import { query, setQuery } from '../../../routing/place.ts';
import type { TabProps } from '../tab-panel.tsx';
import { sentenceOf } from './event-sentence.ts';

/** What is drawn at a time. */
const STEP = 50;

export function EventsTab({ stream, view: { at, task } }: TabProps) {
  const shown = useSignal(STEP);
  const kind = query('kind');
  const isRead = stream.version.value >= 0;
  const known = stream.events.filter(({ seq }) => isRead && seq <= (at ?? Infinity));
  const kinds = [...new Set(known.map(({ type }) => kindOf(type)))].sort();
  const found = known.filter(({ type }) => kind === '' || kindOf(type) === kind).reverse();
  if (known.length === 0)
    return (
      <Empty
        title="No events yet"
        command={curlHere({ does: '', method: 'GET', path: `/tasks/${task.id}/events` })}
      />
    );
  return (
    <section class="panel stack" aria-label="Events">
      <div class="row">
        <label class="row">
          Kind{' '}
          <select value={kind} onChange={(event) => setQuery({ kind: event.currentTarget.value })}>
            <option value="">all</option>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <span class="muted push">{count(found.length)} events beside the log</span>
      </div>
      <ul class="list">
        {found.slice(0, shown.value).map((event) => (
          <Happened key={event.seq} event={event} />
        ))}
      </ul>
      {found.length > shown.value && (
        <button
          type="button"
          onClick={() => {
            shown.value += STEP;
          }}
        >
          {STEP} more
        </button>
      )}
    </section>
  );
}

function Happened({ event }: { readonly event: OtherEvent }) {
  const isOpen = useSignal(false);
  return (
    <li>
      <details
        onToggle={(toggle) => {
          isOpen.value = toggle.currentTarget.open;
        }}
      >
        <summary>
          <span class="muted number">{event.seq}</span> <code>{event.type}</code>{' '}
          {plain(sentenceOf(event))}{' '}
          <span class="muted small">
            <Ago at={event.timestamp} suffix=" ago" />
          </span>
        </summary>
        {isOpen.value && (
          <>
            <button
              type="button"
              onClick={() => setQuery({ at: String(event.seq) }, { replace: false })}
            >
              Show the task as it was then
            </button>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard. */}
            <pre tabIndex={0}>{plain(JSON.stringify(event, null, 2))}</pre>
          </>
        )}
      </details>
    </li>
  );
}

/** `gate` of `gate:approved`. */
const kindOf = (type: string): string => type.split(':')[0] ?? type;
