import { useState } from 'preact/hooks';
import type { Invitation, InvitationWithLink } from '../../../../src/contract/invitation.ts';
import { ask, post } from '../../api/ask.ts';
import { type ListReading, useListing } from '../../api/listing.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { Form } from '../../parts/form.tsx';
import { later } from '../../parts/later.tsx';
import { More } from '../../parts/more.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { ROLES } from './shown.ts';

const Once = later(() => import('../../parts/once.tsx').then(({ Once: dialog }) => dialog));

/** Who has been invited, and the way to invite: the link is shown once, and passed on by the reader. */
export function Invitations({ path }: { readonly path: string }) {
  const list = useListing<Invitation>(path);
  const [made, setMade] = useState<InvitationWithLink | null>(null);
  const done = (invitation: InvitationWithLink): void => {
    setMade(invitation);
    list.again();
  };
  return (
    <div class="stack">
      <h2>Invitations</h2>
      <Form<InvitationWithLink>
        key={made?.id ?? ''}
        send="Invite"
        done={done}
        ask={(fields) =>
          post(path, {
            email: fields.text('email'),
            role: fields.text('role'),
            ...(fields.text('message') === '' ? {} : { message: fields.text('message') }),
          })
        }
      >
        <div class="row">
          <label>
            E-mail address
            <input name="email" type="email" required />
          </label>
          <label>
            Role
            <select name="role">
              {ROLES.map((role) => (
                <option key={role} selected={role === 'developer'}>
                  {role}
                </option>
              ))}
            </select>
          </label>
          <label>
            Message
            <input name="message" maxLength={1_000} />
          </label>
        </div>
      </Form>
      <InvitationTable path={path} list={list} done={done} />
      {made?.url != null && (
        <Once
          title={`The invitation of ${plain(made.email)}`}
          name="The link"
          secret={made.url}
          close={() => setMade(null)}
        />
      )}
    </div>
  );
}

interface InvitationTableProps {
  readonly path: string;
  readonly list: ListReading<Invitation>;
  readonly done: (made: InvitationWithLink) => void;
}

const TONES = {
  pending: 'paused',
  accepted: 'completed',
  revoked: 'cancelled',
  expired: 'offline',
};

function InvitationTable({ path, list, done }: InvitationTableProps) {
  return (
    <>
      <Read of={list}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="muted">Nobody has been invited. We send no mail: you pass the link on.</p>
          ) : (
            <Table label="Invitations" heads={['Who', 'Role', 'State', 'Until', '']}>
              {rows.map(({ id, email, role, state, expiresAt }) => (
                <tr key={id}>
                  <th scope="row">{plain(email)}</th>
                  <td>{role}</td>
                  <td>
                    <Status status={TONES[state]} text={state} />
                  </td>
                  <td>
                    <Ago at={expiresAt} suffix=" ago" />
                  </td>
                  <td>
                    {state === 'pending' && (
                      <div class="row">
                        <Act<InvitationWithLink>
                          label={`Make a new link for ${plain(email)}`}
                          ask={() => post(`${path}/${id}/resend`)}
                          done={done}
                        >
                          New link
                        </Act>
                        <Act
                          label={`Revoke the invitation of ${plain(email)}`}
                          ask={() => ask('DELETE', `${path}/${id}`)}
                          done={list.again}
                        >
                          Revoke
                        </Act>
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Read>
      <More of={list} />
    </>
  );
}
