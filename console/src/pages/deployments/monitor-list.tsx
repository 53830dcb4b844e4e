import { useState } from 'preact/hooks';
import type { CheckedNow, Monitor } from '../../../../src/contract/monitor.ts';
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
import { say } from '../../shell/toast.tsx';
import { Filter, useEnvironments } from './environment-field.tsx';
import { everyOf, sentenceOf } from './monitor-words.ts';

const MonitorForm = later(() => import('./monitor-form.tsx').then((file) => file.MonitorForm));

/** Watches a URL. */
const createMonitor = (project: string | null) =>
  ({
    does: 'Watch a URL',
    method: 'POST',
    path: `/v1/projects/${project}/monitors`,
    body: { environment: 'production', name: 'Shop', url: 'https://shop.example.com/health' },
  }) as const;

/** Which URLs are watched, and how they do. */
export function MonitorList() {
  const project = projectId.value;
  const environments = useEnvironments();
  const [isOpen, setOpen] = useState(false);
  const environment = query('environment');
  const path = project && `/v1/projects/${project}/monitors`;
  const list = useListing<Monitor>(path && withQuery(path, { environment }));
  useFresh(list.again, /^(incident|monitor)\./);
  const call = createMonitor(project);
  return (
    <>
      <div class="row">
        <Filter
          name="environment"
          label="Environment"
          values={environments.map((one) => one.name)}
        />
        <button type="button" class="push" onClick={() => setOpen(true)}>
          Watch a URL
        </button>
      </div>
      <Read of={list}>
        {(rows) => {
          if (rows.length > 0) return <Rows rows={rows} again={list.again} />;
          if (environment !== '') return <p class="muted">No monitor is so.</p>;
          return (
            <Empty title="Nothing is watched yet" command={curlHere(call)}>
              <p class="muted">
                A monitor asks a URL now and then, and opens an incident when it does not answer
                well.
              </p>
            </Empty>
          );
        }}
      </Read>
      {isOpen && <MonitorForm monitor={null} close={() => setOpen(false)} done={list.again} />}
      <InCode calls={[call, { does: 'List the monitors', method: 'GET', path: call.path }]} />
    </>
  );
}

interface RowsProps {
  readonly rows: readonly Monitor[];
  readonly again: () => void;
}

function Rows({ rows, again }: RowsProps) {
  return (
    <Table label="Monitors" heads={['Monitor', 'State', 'Do']}>
      {rows.map(({ id, name, url, state, stateSince, paused, environment, intervalSeconds }) => (
        <tr key={id}>
          <th scope="row">
            <a href={`/console/deployments?monitor=${id}`}>{plain(name)}</a>
            <div class="muted url">{plain(url)}</div>
            <div class="muted">
              {plain(environment)} · {everyOf(intervalSeconds)}
            </div>
          </th>
          <td>
            <Status status={paused ? 'paused' : state} />
            {!paused && (
              <div class="muted">
                for <Ago at={stateSince} />
              </div>
            )}
          </td>
          <td>
            <Act
              ask={() => post<CheckedNow>(`/v1/monitors/${id}/check`)}
              done={({ check }) => {
                say(sentenceOf(check));
                again();
              }}
              label={`Check now: ${plain(name)}`}
            >
              Check now
            </Act>
          </td>
        </tr>
      ))}
    </Table>
  );
}
