import type { AuditEntry } from '../../../../src/contract/audit.ts';
import { withQuery } from '../../api/ask.ts';
import { useListing } from '../../api/listing.ts';
import { projectId } from '../../api/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { Empty } from '../../parts/empty.tsx';
import { More } from '../../parts/more.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { query } from '../../routing/place.ts';
import { AuditFilters, instantOf } from './audit-filters.tsx';

const FILTERS = ['actor', 'action', 'target'] as const;
const COLUMNS = ['When', 'Who', 'Did', 'To', 'Where', 'Outcome', 'By what', ''];

/** Who did what in the project, newest first; the address keeps the filters. */
export function AuditLog() {
  const project = projectId.value;
  const wanted = {
    ...Object.fromEntries(FILTERS.map((name) => [name, query(name)])),
    from: instantOf(query('from')),
    to: instantOf(query('to')),
  };
  const path = withQuery(`/v1/projects/${project}/audit`, wanted);
  const list = useListing<AuditEntry>(project === null ? null : path);
  const isFiltered = Object.values(wanted).some((value) => value !== '');
  return (
    <>
      <AuditFilters />
      <Read of={list}>
        {(rows) => {
          if (rows.length > 0) return <Entries rows={rows} />;
          return isFiltered ? <p class="muted">Nothing was done that is so.</p> : <Nothing />;
        }}
      </Read>
      <More of={list} />
      <InCode calls={[{ does: 'Read the audit log', method: 'GET', path }]} />
    </>
  );
}

function Nothing() {
  const call = {
    does: 'Change the project',
    method: 'PATCH',
    path: `/v1/projects/${projectId.value}`,
    body: { description: 'What it is for' },
  } as const;
  return (
    <Empty title="Nothing has been done here yet" command={curlHere(call)}>
      <p>Whoever changes a project, its members, clients or gates stands here from then on.</p>
    </Empty>
  );
}

function Entries({ rows }: { readonly rows: readonly AuditEntry[] }) {
  return (
    <Table label="Audit log" heads={COLUMNS}>
      {rows.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </Table>
  );
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  const { at, actor, action, target, environment, outcome, credential, requestId, ip } = entry;
  return (
    <tr>
      <td>
        <Ago at={at} suffix=" ago" />
      </td>
      <th scope="row">
        {plain(actor.name)} <span class="small muted">{actor.kind}</span>
      </th>
      <td>
        <code>{action}</code>
      </td>
      <td>
        {target.type} <Target {...target} />
      </td>
      <td>{environment ?? ''}</td>
      <td>
        <Status status={outcome === 'ok' ? 'completed' : 'failed'} text={outcome} />
      </td>
      <td class="small">
        {credential === null ? 'the task itself' : credential.kind}
        {ip !== null && <div class="muted">{ip}</div>}
      </td>
      <td>
        <details>
          <summary aria-label={`More of ${action} at ${at}`}>More</summary>
          <div class="stack small">
            <Proof entry={entry} />
            <CopyId id={entry.id} />
            {requestId !== null && <CopyId id={requestId} />}
            <CopyId id={actor.id} />
            <Changes entry={entry} />
          </div>
        </details>
      </td>
    </tr>
  );
}

function Target({ type, id }: { readonly type: string; readonly id: string }) {
  if (type === 'task') return <a href={`/console/tasks/${encodeURIComponent(id)}`}>{plain(id)}</a>;
  return <span class="id">{plain(id)}</span>;
}

/** What a task has decided is proven by its log. */
function Proof({ entry: { target, changes } }: { readonly entry: AuditEntry }) {
  const task = target.type === 'task' ? target.id : taskIn(changes?.after);
  if (task === null) return null;
  return <a href={`/console/audit?tab=verify&task=${encodeURIComponent(task)}`}>Verify the task</a>;
}

const taskIn = (value: unknown): string | null => {
  if (typeof value !== 'object' || value === null || !('taskId' in value)) return null;
  return typeof value.taskId === 'string' ? value.taskId : null;
};

function Changes({ entry: { changes } }: { readonly entry: AuditEntry }) {
  if (changes === null) return null;
  return <pre>{plain(JSON.stringify(changes, null, 2))}</pre>;
}
