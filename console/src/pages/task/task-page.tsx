// One task: how it stands, what it waits for, what is said in it, and all that can be asked of it.

import './task.css';
import { now } from '../../parts/clock.ts';
import { later } from '../../parts/later.tsx';
import { query, setQuery } from '../../routing/place.ts';
import { useKeys } from '../../shell/keys.ts';
import { type Cell, lastOf } from './course.ts';
import { type OpenTask, useOpenTask } from './open-task.ts';
import { needsSomebody, type View } from './standing.ts';
import { TabList } from './tab-list.tsx';
import { TabPanel } from './tab-panel.tsx';
import { TaskHeader } from './task-header.tsx';
import { Timeline } from './timeline.tsx';
import { momentNow, showMoment, useMoment } from './travelling.ts';

// What is read after the log, or seldom, is loaded after it.
const ControlBar = later(() => import('./controls/control-bar.tsx').then((one) => one.ControlBar));
const Foot = later(() => import('./foot.tsx').then((one) => one.Foot));
const Notices = later(() => import('./notices.tsx').then((one) => one.Notices));
const Aside = later(() => import('./aside.tsx').then((one) => one.Aside));
const Failure = later(() => import('./failure.tsx').then((one) => one.Failure));
const Refused = later(() => import('../../parts/refused.tsx').then((one) => one.Refused));
const TravelBar = later(() => import('./travel-bar.tsx').then((one) => one.TravelBar));

export function Page({ id }: { readonly id: string }) {
  const open = useOpenTask(id);
  const task = open?.live.task.value ?? null;
  const refusal = open?.live.refusal.value ?? null;
  if (open !== null && task !== null) return <Known open={open} />;
  return (
    <>
      <h1>Task</h1>
      {refusal === null ? (
        <p class="muted">reading…</p>
      ) : (
        <Refused refusal={refusal} again={() => void open?.live.read()} />
      )}
    </>
  );
}

function Known({ open: { stream, live } }: { readonly open: OpenTask }) {
  const at = momentNow();
  const moment = useMoment(stream, at);
  const travel = (): void => showMoment(at === null ? stream.line.peek().seq : null);
  useKeys([{ key: 't', does: 'Travel in time', run: travel }], [at === null]);
  const task = live.task.value;
  if (task === null) return null;
  const isPast = moment !== null;
  const view: View = isPast
    ? { task: moment.task, at, ms: moment.ms }
    : { task, at: null, ms: now.peek() };
  const shown = view.task;
  const budget = moment?.budget ?? live.budget.value;
  const pick = (cell: Cell): void => {
    if (isPast) showMoment(lastOf(cell, stream.events) ?? at);
    else pickStage(cell);
  };
  return (
    <>
      <TaskHeader view={view}>
        <div class="row push">
          {!isPast && <ControlBar task={task} budget={budget} done={() => void live.read()} />}
          <button
            type="button"
            aria-pressed={at !== null}
            aria-keyshortcuts="t"
            title="Look at the task as it was"
            onClick={travel}
          >
            Time travel
          </button>
        </div>
      </TaskHeader>
      <Timeline view={view} pick={pick} />
      {isPast && <TravelBar stream={stream} view={view} />}
      {!isPast && needsSomebody(task) && <Notices view={view} budget={budget} />}
      {/failed|cancelled/.test(shown.status) && stream.version.value >= 0 && (
        <Failure view={view} lines={stream.lines} />
      )}
      <TabList counts={{ artifacts: shown.artifacts.length, subtasks: shown.subtaskIds.length }} />
      <div class="columns">
        <TabPanel view={view} stream={stream} budget={budget} />
        <Aside view={view} budget={budget} events={stream.events} />
      </div>
      <Foot task={shown} />
    </>
  );
}

const pickStage = ({ stage }: Cell): void => {
  setQuery({ stage: query('stage') === stage ? null : stage, tab: null }, { replace: false });
};
