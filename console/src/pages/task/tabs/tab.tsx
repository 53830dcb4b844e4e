import type { Tab } from '../tab-list.tsx';
import type { TabProps } from '../tab-panel.tsx';
import { ArtifactsTab } from './artifacts-tab.tsx';
import { EventsTab } from './events-tab.tsx';
import { JsonTab } from './json-tab.tsx';
import { SubtasksTab } from './subtasks-tab.tsx';
import { UsageTab } from './usage-tab.tsx';

const SHOWN = {
  events: EventsTab,
  artifacts: ArtifactsTab,
  usage: UsageTab,
  subtasks: SubtasksTab,
  json: JsonTab,
} as const;

interface OtherTabProps extends TabProps {
  readonly tab: Exclude<Tab, 'log'>;
}

/** Every tab but the log. */
export function OtherTab({ tab, ...props }: OtherTabProps) {
  const Shown = SHOWN[tab];
  return <Shown {...props} />;
}
