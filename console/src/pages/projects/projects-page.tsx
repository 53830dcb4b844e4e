// The project and its settings: who is in it, what it is made of, what it may spend, and what lies in its trash.

import './projects.css';
import type { Project } from '../../../../src/contract/project.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { later } from '../../parts/later.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Tabs, tabOf } from '../../parts/tabs.tsx';
import type { Shown } from './shown.ts';

const TABS = [
  ['project', 'Project'],
  ['members', 'Members'],
  ['environments', 'Environments'],
  ['limits', 'Limits'],
  ['workflows', 'Workflows and agents'],
  ['config', 'Config'],
  ['templates', 'Templates'],
  ['trash', 'Trash'],
] as const;

const VIEWS = {
  project: later<Shown>(() => import('./overview.tsx').then(({ Overview }) => Overview)),
  members: later<Shown>(() => import('./members.tsx').then(({ Members }) => Members)),
  environments: later<Shown>(() =>
    import('./environments.tsx').then(({ Environments }) => Environments),
  ),
  limits: later<Shown>(() => import('./limits.tsx').then(({ LimitsForm }) => LimitsForm)),
  workflows: later<Shown>(() => import('./workflows.tsx').then(({ Workflows }) => Workflows)),
  config: later<Shown>(() =>
    import('./config-editor.tsx').then(({ ConfigEditor }) => ConfigEditor),
  ),
  templates: later<Shown>(() => import('./templates.tsx').then(({ Templates }) => Templates)),
  trash: later<Shown>(() => import('./trash.tsx').then(({ Trash }) => Trash)),
};

export function Page(_: { readonly id: string }) {
  const id = projectId.value;
  const reading = useReading<Project>(id === null ? null : `/v1/projects/${id}`);
  const tab = tabOf(TABS) ?? 'project';
  const View = VIEWS[tab];
  const project = reading.value.value;
  return (
    <>
      <h1>{project === null ? 'Project' : plain(project.name)}</h1>
      <Tabs label="Settings of the project" tabs={TABS} shown={tab}>
        <Read of={reading}>
          {(read) => <View key={`${read.id} ${tab}`} project={read} again={reading.again} />}
        </Read>
      </Tabs>
    </>
  );
}
