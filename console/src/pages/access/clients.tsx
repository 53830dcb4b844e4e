import { useState } from 'preact/hooks';
import type { Client, ClientWithSecret } from '../../../../src/contract/client.ts';
import { useListing } from '../../api/listing.ts';
import { projectId } from '../../api/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { later } from '../../parts/later.tsx';
import { More } from '../../parts/more.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { query, setQuery } from '../../routing/place.ts';

const Once = later(() => import('../../parts/once.tsx').then(({ Once: dialog }) => dialog));

const ClientForm = later(() => import('./client-form.tsx').then(({ ClientForm: form }) => form));
const ClientSheet = later(() =>
  import('./client-sheet.tsx').then(({ ClientSheet: sheet }) => sheet),
);

const createCall = (project: string | null) =>
  ({
    does: 'Make a service, whose secret is shown once',
    method: 'POST',
    path: '/v1/clients',
    body: { name: 'CI', kind: 'service', scopes: ['projects:read'], projectId: project },
  }) as const;

/** The programs that the project knows: services, and apps that people may allow something. */
export function Clients() {
  const project = projectId.value;
  const list = useListing<Client>(project === null ? null : `/v1/clients?projectId=${project}`);
  const [isMaking, setMaking] = useState(false);
  const [shown, setShown] = useState<ClientWithSecret | null>(null);
  const opened = list.value.value?.find(({ id }) => id === query('client'));
  const close = (): void => setQuery({ client: null });
  const made = (client: ClientWithSecret): void => {
    setMaking(false);
    setShown(client);
    list.again();
  };
  return (
    <>
      <div class="row">
        <p class="muted">
          Services act for themselves; web and native apps for whoever allows them to.
        </p>
        <button type="button" class="main push" onClick={() => setMaking(true)}>
          New client
        </button>
      </div>
      <Read of={list}>
        {(rows) =>
          rows.length > 0 ? (
            <ClientTable rows={rows} />
          ) : (
            <Empty title="This project has no clients" command={curlHere(createCall(project))}>
              <p>A client lets a program in without a person: a CI, a bot, an app of yours.</p>
            </Empty>
          )
        }
      </Read>
      <More of={list} />
      <InCode
        calls={[
          { does: 'List the clients', method: 'GET', path: `/v1/clients?projectId=${project}` },
          createCall(project),
        ]}
      />
      {isMaking && <ClientForm projectId={project} close={() => setMaking(false)} done={made} />}
      {opened !== undefined && shown === null && (
        <ClientSheet client={opened} close={close} again={list.again} secret={setShown} />
      )}
      {shown?.secret != null && (
        <Once
          title={plain(shown.name)}
          name="The client secret"
          secret={shown.secret}
          close={() => setShown(null)}
        />
      )}
    </>
  );
}

function ClientTable({ rows }: { readonly rows: readonly Client[] }) {
  return (
    <Table label="Clients" heads={['Client', 'State', 'Kind', 'May', 'Secrets', 'Changed']}>
      {rows.map((client) => (
        <tr key={client.id}>
          <th scope="row">
            <button type="button" class="plain" onClick={() => setQuery({ client: client.id })}>
              {plain(client.name)}
            </button>
            <div class="id">{client.id}</div>
          </th>
          <td>
            {client.disabledAt === null ? (
              <Status status="enabled" />
            ) : (
              <Status status="disabled" />
            )}
          </td>
          <td>
            {client.kind}
            {client.role !== null && ` · ${client.role}`}
          </td>
          <td>{client.scopes.join(', ')}</td>
          <td class="number">{client.secrets.length}</td>
          <td>
            <Ago at={client.updatedAt} suffix=" ago" />
          </td>
        </tr>
      ))}
    </Table>
  );
}
