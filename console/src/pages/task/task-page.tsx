// One task: how it stands, what it waits for, what is said in it, and all that can be asked of it.

import './task.css';
import { now } from '../../parts/clock.ts';
import { InCode } from '../../parts/code.tsx';
import { later } from '../../parts/later.tsx';
import { Refused } from '../../parts/refused.tsx';
import { query, setQuery } from '../../routing/place.ts';
import { callsFor } from './calls.ts';
import { ControlBar } from './controls/control-bar.tsx';
import type { Cell } from './course.ts';
import { Notices } from './notices.tsx';
import { type OpenTask, useOpenTask } from './open-task.ts';
import { isEnded, type View } from './standing.ts';
import { TabList } from './tab-list.tsx';
import { TabPanel } from './tab-panel.tsx';
import { TaskHeader } from './task-header.tsx';
import { Timeline } from './timeline.tsx';

// What is read after the log, or seldom.
const Aside = later(() => import('./aside.tsx').then((one) => one.Aside));
const Failure = later(() => import('./failure.tsx').then((one) => one.Failure));

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
  const task = live.task.value;
  if (task === null) return null;
  const view: View = { task, at: null, ms: now.peek() };
  const budget = live.budget.value;
  const isOver = isEnded(task.status);
  return (
    <>
      <TaskHeader view={view}>
        <ControlBar task={task} budget={budget} done={() => void live.read()} />
      </TaskHeader>
      <Timeline view={view} pick={pickStage} />
      <Notices view={view} />
      {isOver && task.status !== 'completed' && stream.version.value >= 0 && (
        <Failure view={view} lines={stream.lines} />
      )}
      <TabList counts={{ artifacts: task.artifacts.length, subtasks: task.subtaskIds.length }} />
      <div class="columns task">
        <TabPanel view={view} stream={stream} budget={budget} />
        <Aside view={view} budget={budget} events={stream.events} />
      </div>
      <InCode calls={callsFor(task)} />
    </>
  );
}

const pickStage = ({ stage }: Cell): void => {
  setQuery({ stage: query('stage') === stage ? null : stage, tab: null }, { replace: false });
};
