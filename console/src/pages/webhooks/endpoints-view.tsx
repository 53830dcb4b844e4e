import type { Endpoint } from '../../../../src/contract/webhook.ts';
import { useListing } from '../../api/listing.ts';
import { projectId } from '../../api/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { later } from '../../parts/later.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Table } from '../../parts/table.tsx';
import { query, setQuery } from '../../routing/place.ts';
import { useKeys } from '../../shell/keys.ts';
import { nameOf } from './endpoint-name.ts';
import { EndpointState } from './endpoint-state.tsx';

const EndpointForm = later(() => import('./endpoint-form.tsx').then((file) => file.EndpointForm));

const create = (project: string | null) => ({
  does: 'Send what happens to a URL',
  method: 'POST' as const,
  path: '/v1/webhooks',
  body: {
    projectId: project,
    url: 'https://hooks.example.com/sluice',
    types: ['task.*', 'gate.*'],
  },
});

export function EndpointsView() {
  const project = projectId.value;
  const list = useListing<Endpoint>(project && `/v1/webhooks?projectId=${project}`);
  const openForm = (): void => setQuery({ dialog: 'create' });
  useKeys([{ key: 'c', does: 'Create a webhook endpoint', run: openForm }], []);
  return (
    <>
      <div class="row">
        <h1>Webhooks</h1>
        <a class="push" href="/console/webhooks?view=debugger">
          Debug a signature
        </a>
        <button type="button" class="main" onClick={openForm}>
          Create an endpoint <kbd>C</kbd>
        </button>
      </div>
      <Read of={list}>
        {(endpoints) =>
          endpoints.length === 0 ? (
            <Empty title="Nothing is sent anywhere yet" command={curlHere(create(project))}>
              <p class="muted">
                An endpoint is a URL of yours that hears what happens here, signed. Without one,{' '}
                <code>sluice listen</code> brings it to your own machine.
              </p>
            </Empty>
          ) : (
            <EndpointTable endpoints={endpoints} />
          )
        }
      </Read>
      {list.more.value !== null && (
        <button type="button" onClick={list.more.value}>
          25 more
        </button>
      )}
      {query('dialog') === 'create' && (
        <EndpointForm endpoint={null} close={() => setQuery({ dialog: null })} done={list.again} />
      )}
      <InCode
        calls={[
          create(project),
          {
            does: 'Receive on this machine, without a public address',
            method: 'GET',
            path: `/v1/webhooks/listen?projectId=${project}&types=*`,
            cli: 'listen --forward-to http://localhost:4000/hooks',
            isCliAlone: true,
          },
          {
            does: 'List the endpoints',
            method: 'GET',
            path: `/v1/webhooks?projectId=${project}`,
          },
        ]}
      />
    </>
  );
}

function EndpointTable({ endpoints }: { readonly endpoints: readonly Endpoint[] }) {
  return (
    <Table label="Endpoints" heads={['Endpoint', 'State', 'Events', 'Made']}>
      {endpoints.map((endpoint) => (
        <tr key={endpoint.id}>
          <th scope="row">
            <a href={`/console/webhooks/${endpoint.id}`}>{nameOf(endpoint)}</a>
            {endpoint.description !== '' && <div class="muted">{plain(endpoint.description)}</div>}
          </th>
          <td>
            <EndpointState endpoint={endpoint} />
          </td>
          <td>
            <code>{endpoint.types.join(', ')}</code>
          </td>
          <td>
            <Ago at={endpoint.createdAt} suffix=" ago" />
          </td>
        </tr>
      ))}
    </Table>
  );
}
