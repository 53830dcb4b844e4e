import type { Budget } from '../../../../src/contract/budget.ts';
import type { TaskStream } from '../../live/task-stream.ts';
import { later } from '../../parts/later.tsx';
import { query } from '../../routing/place.ts';
import { LogPanel } from './log/log-panel.tsx';
import type { View } from './standing.ts';
import { tabNow } from './tab-list.tsx';

export interface TabProps {
  readonly view: View;
  readonly stream: TaskStream;
  readonly budget: Budget | null;
}

const EventsTab = later(() => import('./tabs/events-tab.tsx').then((one) => one.EventsTab));
const ArtifactsTab = later(() =>
  import('./tabs/artifacts-tab.tsx').then((one) => one.ArtifactsTab),
);
const UsageTab = later(() => import('./tabs/usage-tab.tsx').then((one) => one.UsageTab));
const SubtasksTab = later(() => import('./tabs/subtasks-tab.tsx').then((one) => one.SubtasksTab));
const JsonTab = later(() => import('./tabs/json-tab.tsx').then((one) => one.JsonTab));

/** What the chosen tab shows. */
export function TabPanel(props: TabProps) {
  const tab = tabNow();
  return (
    <div id="tab" role="tabpanel" aria-labelledby={`tab-${tab}`}>
      {tab === 'log' && (
        <LogPanel stream={props.stream} stage={query('stage')} until={props.view.at} />
      )}
      {tab === 'events' && <EventsTab {...props} />}
      {tab === 'artifacts' && <ArtifactsTab {...props} />}
      {tab === 'usage' && <UsageTab {...props} />}
      {tab === 'subtasks' && <SubtasksTab {...props} />}
      {tab === 'json' && <JsonTab {...props} />}
    </div>
  );
}
