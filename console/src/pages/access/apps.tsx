import type { Grant } from '../../../../src/contract/grant.ts';
import { ask } from '../../api/ask.ts';
import { useListing } from '../../api/listing.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { More } from '../../parts/more.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../shell/toast.tsx';

/** What the reader has allowed apps to do in their name. */
export function Apps() {
  const list = useListing<Grant>('/v1/grants');
  const [first] = list.value.value ?? [];
  return (
    <>
      <p class="muted">Apps that you have allowed to act in your name.</p>
      <Read of={list}>
        {(rows) =>
          rows.length > 0 ? (
            <Table label="Allowed apps" heads={['App', 'May', 'Where', 'Allowed', 'Last used', '']}>
              {rows.map((grant) => (
                <Row key={grant.id} grant={grant} again={list.again} />
              ))}
            </Table>
          ) : (
            <Empty
              title="You have allowed no app anything"
              command={`curl '${location.origin}/.well-known/oauth-authorization-server'`}
            >
              <p>
                An app sends you to a page of this server, which asks you. It finds the way by this:
              </p>
            </Empty>
          )
        }
      </Read>
      <More of={list} />
      <InCode
        calls={[
          { does: 'List what you have allowed', method: 'GET', path: '/v1/grants' },
          {
            does: `Turn ${first === undefined ? 'an app' : plain(first.clientName ?? first.clientId)} away`,
            method: 'DELETE',
            path: `/v1/grants/${first?.id ?? '{grant}'}`,
          },
        ]}
      />
    </>
  );
}

function Row({ grant, again }: { readonly grant: Grant; readonly again: () => void }) {
  const { id, clientId, clientName, scopes, projectIds, createdAt, lastUsedAt } = grant;
  const name = plain(clientName ?? clientId);
  const taken = (): void => {
    say(`${name} may do nothing more in your name.`);
    again();
  };
  return (
    <tr>
      <th scope="row">
        {name}
        {clientName !== null && <div class="id">{plain(clientId)}</div>}
      </th>
      <td>{scopes.join(', ')}</td>
      <td>{projectIds?.join(', ') ?? 'all projects'}</td>
      <td>
        <Ago at={createdAt} suffix=" ago" />
      </td>
      <td>{lastUsedAt === null ? 'never' : <Ago at={lastUsedAt} suffix=" ago" />}</td>
      <td>
        <Sure
          label={`Turn ${name} away`}
          title={`Turn ${name} away?`}
          text="Its tokens are refused from now on. To be let in again it has to ask you."
          ask={() => ask('DELETE', `/v1/grants/${id}`)}
          done={taken}
        >
          Turn away
        </Sure>
      </td>
    </tr>
  );
}
