import './deployments.css';
import { later } from '../../parts/later.tsx';
import { Tabs, tabOf } from '../../parts/tabs.tsx';
import { query } from '../../routing/place.ts';

const One = later(() => import('./deployment-view.tsx').then((file) => file.DeploymentView));
const Incident = later(() => import('./incident-view.tsx').then((file) => file.IncidentView));
const Monitor = later(() => import('./monitor-view.tsx').then((file) => file.MonitorView));
const Deployments = later(() =>
  import('./deployment-list.tsx').then((file) => file.DeploymentList),
);
const Incidents = later(() => import('./incident-list.tsx').then((file) => file.IncidentList));
const Monitors = later(() => import('./monitor-list.tsx').then((file) => file.MonitorList));

const TABS = [
  ['deployments', 'Deployments'],
  ['incidents', 'Incidents'],
  ['monitors', 'Monitors'],
] as const;

/** What goes where, what is wrong there, and who watches it; each part is loaded when it is shown. */
export function Page(_: { readonly id: string }) {
  const [deployment, incident, monitor] = [
    query('deployment'),
    query('incident'),
    query('monitor'),
  ];
  if (deployment !== '') return <One key={deployment} id={deployment} />;
  if (incident !== '') return <Incident key={incident} id={incident} />;
  if (monitor !== '') return <Monitor key={monitor} id={monitor} />;
  const shown = tabOf(TABS) ?? 'deployments';
  return (
    <>
      <h1>Deployments</h1>
      <Tabs label="Parts" tabs={TABS} shown={shown}>
        {shown === 'deployments' && <Deployments />}
        {shown === 'incidents' && <Incidents />}
        {shown === 'monitors' && <Monitors />}
      </Tabs>
    </>
  );
}
