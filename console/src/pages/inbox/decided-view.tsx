// What was decided: by whom, when, with which receipts.

import { useSignal } from '@preact/signals';
import type { Inbox, InboxGate } from '../../../../src/contract/inbox.ts';
import { get, type Refusal, withQuery } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Refused } from '../../parts/refused.tsx';
import { query, setQuery } from '../../routing/place.ts';
import { sayRefusal } from '../../shell/toast.tsx';
import { GateList, hrefWithout } from './gate-list.tsx';
import { useListKeys } from './list-keys.ts';
import { LoadedDetail } from './loaded-detail.tsx';

const OUTCOMES = [
  { status: 'approved', name: 'Approved' },
  { status: 'rejected', name: 'Rejected, expired, sent back' },
  { status: 'not-required', name: 'Waived, cancelled' },
] as const;

const LIMIT = 25;

export function DecidedView() {
  const status = query('status') || 'approved';
  const project = query('only') === 'project' ? projectId.value : null;
  const path = withQuery('/gates', { status, projectId: project, q: query('q'), limit: LIMIT });
  return (
    <>
      <div class="row">
        <input
          type="search"
          aria-label="Search what was decided"
          placeholder="Search what was decided"
          value={query('q')}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <select
          aria-label="What became of it"
          value={status}
          onChange={(event) => setQuery({ status: event.currentTarget.value, gate: null })}
        >
          {OUTCOMES.map(({ status: one, name }) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Decided key={path} path={path} />
      <InCode calls={[{ does: 'List what was decided', method: 'GET', path }]} />
    </>
  );
}

function Decided({ path }: { readonly path: string }) {
  const { value, refusal, again } = useReading<Inbox>(path);
  const older = useSignal<readonly InboxGate[]>([]);
  const next = useSignal<string | null | undefined>(undefined);
  const first = value.value;
  const gates = [...(first?.gates ?? []), ...older.value];
  const named = query('gate');
  const open = gates.find(({ id }) => id === named) ?? gates[0];
  useListKeys({ gates, openId: open?.id ?? '', choose: () => {} });
  if (refusal.value !== null) return <Refused refusal={refusal.value} again={again} />;
  if (first === null) return <p class="muted">reading…</p>;
  if (open === undefined) return <Empty title="There is none" />;
  const cursor = next.value === undefined ? first.nextCursor : next.value;
  const readOlder = async (): Promise<void> => {
    const answer = await get<Inbox>(`${path}&cursor=${encodeURIComponent(cursor ?? '')}`);
    if (!answer.ok) return sayRefusal(answer.refusal satisfies Refusal);
    older.value = [...older.value, ...answer.value.gates];
    next.value = answer.value.nextCursor ?? null;
  };
  return (
    <div class={named === '' ? 'inbox' : 'inbox open'}>
      <div class="stack">
        <GateList gates={gates} openId={open.id} />
        {cursor != null && (
          <button type="button" onClick={() => void readOlder()}>
            {LIMIT} more
          </button>
        )}
      </div>
      <LoadedDetail
        key={open.id}
        gate={open}
        back={hrefWithout()}
        isOpened={named !== ''}
        hasKeys
        done={again}
      />
    </div>
  );
}
