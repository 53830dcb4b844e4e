// What waits: the list, the gate that is open beside it, and what can be done to several at once.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { useFresh } from '../../live/fresh.ts';
import { readWaiting } from '../../live/read-waiting.ts';
import { hasMoreWaiting, waiting, waitingRefusal } from '../../live/waiting.ts';
import { isYours } from '../../live/yours.ts';
import { Empty } from '../../parts/empty.tsx';
import { later } from '../../parts/later.tsx';
import { Refused } from '../../parts/refused.tsx';
import type { Call } from '../../parts/samples.ts';
import { curlHere } from '../../parts/samples-here.ts';
import { query, setQuery } from '../../routing/place.ts';
import { BulkBar } from './bulk-bar.tsx';
import { Filters } from './filters.tsx';
import { GateList, hrefWithout } from './gate-list.tsx';
import { useListKeys } from './list-keys.ts';
import { LoadedDetail } from './loaded-detail.tsx';
import { MoreWaiting } from './more-waiting.tsx';
import { shownGates } from './views.ts';

const GateCode = later(() => import('./gate-code.tsx').then((one) => one.GateCode));

/** The gate that the address names, else the first; one that waits no longer, or lies behind what is listed, is read by itself. */
function useOpenGate(gates: readonly InboxGate[]) {
  const all = waiting.value;
  const named = query('gate');
  const listed = (all ?? []).find(({ id }) => id === named);
  const isElsewhere = named !== '' && all !== null && listed === undefined;
  const path = isElsewhere ? `/gates/${named}` : null;
  const { value: read, refusal, again } = useReading<InboxGate>(path);
  useFresh(again, /^gate:/);
  const last = useRef<InboxGate | undefined>(undefined);
  const kept = last.current?.id === named ? last.current : undefined;
  // What was read last may still be another one.
  const own = read.value?.id === named ? read.value : kept;
  const open = listed ?? (isElsewhere ? own : gates[0]);
  last.current = open;
  return { open, named, refusal: isElsewhere ? refusal.value : null };
}

export function WaitingView() {
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const all = waiting.value;
  const project = query('only') === 'project' ? (projectId.value ?? '') : '';
  const gates = shownGates(all ?? [], { view: query('view'), text: query('q'), project });
  const { open, named, refusal } = useOpenGate(gates);
  // The feed is of one project; what waits in others is looked for by who opens the list.
  useEffect(() => {
    if (waiting.peek() !== null) void readWaiting();
  }, []);
  const choose = (id: string): void => {
    chosen.value = new Set(
      [...chosen.value].filter((one) => one !== id).concat(chosen.value.has(id) ? [] : [id]),
    );
  };
  useListKeys({ gates, openId: open?.id ?? '', choose });
  if (waitingRefusal.value !== null && all === null)
    return <Refused refusal={waitingRefusal.value} again={() => void readWaiting()} />;
  if (all === null) return <p class="muted">reading…</p>;
  const picked = all.filter(({ id }) => chosen.value.has(id));
  return (
    <>
      <Filters shown={gates.length} all={all.length} />
      {picked.length > 0 && <BulkBar gates={picked} clear={() => (chosen.value = new Set())} />}
      {gates.length === 0 && open === undefined && (
        <>
          <Nothing isFiltered={all.some(isYours)} />
          <MoreWaiting />
        </>
      )}
      {(gates.length > 0 || open != null) && (
        <div class={named === '' ? 'inbox' : 'inbox open'}>
          <div class="stack">
            <GateList gates={gates} openId={open?.id ?? ''} chosen={chosen.value} choose={choose} />
            <MoreWaiting />
          </div>
          {refusal !== null && <Refused refusal={refusal} again={() => setQuery({ gate: null })} />}
          {open != null && (
            <LoadedDetail
              key={open.id}
              gate={open}
              back={hrefWithout()}
              isOpened={named !== ''}
              hasKeys={picked.length === 0}
              done={() => setQuery({ gate: null })}
            />
          )}
        </div>
      )}
      <GateCode gate={open ?? null} />
    </>
  );
}

const newTask = (): Call => ({
  does: '',
  method: 'POST',
  path: '/tasks',
  body: {
    description: 'Mend the fault',
    projectId: projectId.value ?? undefined,
    workflow: 'bugfix',
    autonomy: 'review-before-merge',
  },
});

/** Nothing waits: the command that makes a task which stops at a gate. */
const Nothing = ({ isFiltered }: { readonly isFiltered: boolean }) => (
  <Empty
    title={
      isFiltered
        ? 'Nothing fits'
        : hasMoreWaiting.value
          ? 'Nothing that was read waits for you'
          : 'Nothing waits for you'
    }
    command={curlHere(newTask())}
  >
    <p class="muted">A task with this autonomy stops before it is merged, and asks here.</p>
  </Empty>
);
