import { useState } from 'preact/hooks';
import type { Incident } from '../../../../src/contract/incident.ts';
import { post, withQuery } from '../../api/ask.ts';
import { useListing } from '../../api/listing.ts';
import { projectId } from '../../api/session.ts';
import { useFresh } from '../../live/fresh.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { later } from '../../parts/later.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { query } from '../../routing/place.ts';
import { Filter, useEnvironments } from './environment-field.tsx';

const IncidentForm = later(() => import('./incident-form.tsx').then((file) => file.IncidentForm));

/** Opens an incident by hand. */
const openIncident = (project: string | null) =>
  ({
    does: 'Open an incident',
    method: 'POST',
    path: `/v1/projects/${project}/incidents`,
    body: { environment: 'production', title: 'Checkout is slow', severity: 'major' },
  }) as const;

/** What is wrong, and what was. */
export function IncidentList() {
  const project = projectId.value;
  const environments = useEnvironments();
  const [isOpen, setOpen] = useState(false);
  const [environment, state] = [query('environment'), query('state')];
  const path = project && `/v1/projects/${project}/incidents`;
  const list = useListing<Incident>(path && withQuery(path, { environment, state }));
  useFresh(list.again, /^incident\./);
  const call = openIncident(project);
  return (
    <>
      <div class="row">
        <Filter
          name="environment"
          label="Environment"
          values={environments.map((one) => one.name)}
        />
        <Filter name="state" label="State" values={['open', 'acknowledged', 'resolved']} />
        <button type="button" class="push" onClick={() => setOpen(true)}>
          Open an incident
        </button>
      </div>
      <Read of={list}>
        {(rows) => {
          if (rows.length > 0) return <Rows rows={rows} again={list.again} />;
          if (environment + state !== '') return <p class="muted">No incident is so.</p>;
          return (
            <Empty title="Nothing was wrong yet" command={curlHere(call)}>
              <p class="muted">
                Monitors open incidents by themselves; people and programs can, too:
              </p>
            </Empty>
          );
        }}
      </Read>
      {list.more.value !== null && (
        <button type="button" onClick={list.more.value}>
          25 more
        </button>
      )}
      {isOpen && <IncidentForm close={() => setOpen(false)} done={list.again} />}
      <InCode calls={[call, { does: 'List the incidents', method: 'GET', path: call.path }]} />
    </>
  );
}

interface RowsProps {
  readonly rows: readonly Incident[];
  readonly again: () => void;
}

function Rows({ rows, again }: RowsProps) {
  return (
    <Table label="Incidents" heads={['Incident', 'State', 'Opened', 'Do']}>
      {rows.map(({ id, title, state, severity, environment, openedAt }) => (
        <tr key={id}>
          <th scope="row">
            <a href={`/console/deployments?incident=${id}`}>{plain(title)}</a>
            <div class="muted">
              {severity} · {plain(environment)}
            </div>
          </th>
          <td>
            <Status status={state} />
          </td>
          <td>
            <Ago at={openedAt} suffix=" ago" />
          </td>
          <td>
            {state === 'open' && (
              <Act
                ask={() => post<Incident>(`/v1/incidents/${id}/acknowledge`)}
                done={again}
                label={`Acknowledge ${plain(title)}`}
              >
                Acknowledge
              </Act>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
