// Who did what, and whether what was decided can be proven.

import { later } from '../../parts/later.tsx';
import { Tabs, tabOf } from '../../parts/tabs.tsx';

const TABS = [
  ['log', 'Audit log'],
  ['verify', 'Verify a task'],
] as const;

const AuditLog = later(() => import('./audit-log.tsx').then(({ AuditLog: log }) => log));
const VerifyTask = later(() => import('./verify-task.tsx').then(({ VerifyTask: view }) => view));

export function Page(_: { readonly id: string }) {
  const tab = tabOf(TABS) ?? 'log';
  return (
    <>
      <h1>Audit</h1>
      <Tabs label="Audit" tabs={TABS} shown={tab}>
        {tab === 'log' ? <AuditLog /> : <VerifyTask />}
      </Tabs>
    </>
  );
}
