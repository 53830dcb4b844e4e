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

const OtherTab = later(() => import('./tabs/tab.tsx').then((one) => one.OtherTab));

/** What the chosen tab shows. */
export function TabPanel(props: TabProps) {
  const tab = tabNow();
  return (
    <div id="tab" role="tabpanel" aria-labelledby={`tab-${tab}`}>
      {tab === 'log' ? (
        <LogPanel stream={props.stream} stage={query('stage')} until={props.view.at} />
      ) : (
        <OtherTab tab={tab} {...props} />
      )}
    </div>
  );
}
