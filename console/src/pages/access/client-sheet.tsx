// One client: what it may do, its secrets and their overlap, and its end.

import type { Client, ClientWithSecret } from '../../../../src/contract/client.ts';
import { ask, post } from '../../api/ask.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { plain } from '../../parts/plain.ts';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../shell/toast.tsx';
import { linesOf } from './client-form.tsx';
import { ScopeBoxes } from './scope-boxes.tsx';

interface ClientSheetProps {
  readonly client: Client;
  readonly close: () => void;
  readonly again: () => void;
  /** Shows a new secret, once. */
  readonly secret: (made: ClientWithSecret) => void;
}

/** Others see what was read: a change of what has changed since is refused. */
const ifMatch = ({ revision }: Client) => ({ headers: { 'If-Match': `"v${revision}"` } });

export function ClientSheet(props: ClientSheetProps) {
  const { client, close, again } = props;
  const path = `/v1/clients/${client.id}`;
  return (
    <Dialog title={plain(client.name)} close={close}>
      <p class="row">
        <CopyId id={client.id} />
        <span class="muted">
          {client.kind}, {client.grantTypes.join(', ')}
        </span>
      </p>
      {client.kind !== 'native' && <Secrets {...props} />}
      <Settings {...props} />
      <Sure
        title={`Delete ${plain(client.name)}?`}
        text="Its tokens are refused at once, and what people have allowed it is over. This cannot be taken back."
        ask={() => ask('DELETE', path)}
        done={() => {
          close();
          again();
        }}
      >
        Delete the client
      </Sure>
    </Dialog>
  );
}

function Settings({ client, again }: ClientSheetProps) {
  const changed = ({ name }: Client): void => {
    say(`${plain(name)} is changed.`);
    again();
  };
  return (
    <Form<Client>
      key={client.id}
      send="Save"
      done={changed}
      ask={(fields) =>
        ask('PATCH', `/v1/clients/${client.id}`, {
          ...ifMatch(client),
          body: {
            name: fields.text('name'),
            scopes: fields.all('scopes'),
            disabled: fields.isOn('disabled'),
            ...(client.kind === 'service'
              ? {}
              : { redirectUris: linesOf(fields.text('redirectUris')) }),
          },
        })
      }
    >
      <label>
        Name
        <input name="name" required maxLength={100} defaultValue={client.name} />
      </label>
      {client.kind !== 'service' && (
        <label>
          Redirect URIs, one a line
          <textarea name="redirectUris" rows={2} defaultValue={client.redirectUris.join('\n')} />
        </label>
      )}
      <ScopeBoxes chosen={client.scopes} />
      <label class="row">
        <input type="checkbox" name="disabled" defaultChecked={client.disabledAt !== null} />
        Disabled: its tokens are refused, and it gets no others
      </label>
    </Form>
  );
}

const DAY_S = 86_400;

function Secrets({ client, again, secret }: ClientSheetProps) {
  const path = `/v1/clients/${client.id}/secrets`;
  const made = (client: ClientWithSecret): void => {
    secret(client);
    again();
  };
  const rotate = (overlapS: number) => () =>
    post<ClientWithSecret>(path, { expiresPreviousInSeconds: overlapS });
  return (
    <div class="stack">
      <Table label="Secrets" heads={['Secret', 'Made', 'Last used', 'Ends', '']}>
        {client.secrets.map(({ id, hint, createdAt, lastUsedAt, expiresAt }) => (
          <tr key={id}>
            <th scope="row" class="id">
              {hint}
            </th>
            <td>
              <Ago at={createdAt} suffix=" ago" />
            </td>
            <td>{lastUsedAt === null ? 'never' : <Ago at={lastUsedAt} suffix=" ago" />}</td>
            <td>{expiresAt === null ? 'never' : <Ago at={expiresAt} suffix=" ago" />}</td>
            <td>
              <Act label={`Remove ${hint}`} ask={() => ask('DELETE', `${path}/${id}`)} done={again}>
                Remove
              </Act>
            </td>
          </tr>
        ))}
      </Table>
      <div class="row">
        <Act ask={rotate(DAY_S)} done={made}>
          New secret, the others for a day more
        </Act>
        <Act ask={rotate(0)} done={made}>
          New secret, the others end now
        </Act>
      </div>
    </div>
  );
}
