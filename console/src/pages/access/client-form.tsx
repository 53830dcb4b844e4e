import { useState } from 'preact/hooks';
import type { ClientWithSecret } from '../../../../src/contract/client.ts';
import { post } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { ScopeBoxes } from './scope-boxes.tsx';

interface ClientFormProps {
  readonly projectId: string | null;
  readonly close: () => void;
  readonly done: (made: ClientWithSecret) => void;
}

const KINDS = [
  ['service', 'A service acts for itself, with a secret'],
  ['web', 'A web app acts for people, with a secret'],
  ['native', 'A native app acts for people, without a secret'],
] as const;
const ROLES: readonly string[] = ['viewer', 'developer', 'project-admin', 'owner'];

/** The addresses in a text, one a line. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What a new client is, and what it may do. */
export function ClientForm({ projectId, close, done }: ClientFormProps) {
  const [kind, setKind] = useState<string>('service');
  return (
    <Dialog title="New client" close={close}>
      <Form<ClientWithSecret>
        send="Make the client"
        done={done}
        ask={(fields) =>
          post('/v1/clients', {
            name: fields.text('name'),
            kind,
            scopes: fields.all('scopes'),
            ...(projectId === null ? {} : { projectId }),
            ...(kind === 'service'
              ? { role: fields.text('role') }
              : { redirectUris: linesOf(fields.text('redirectUris')) }),
          })
        }
      >
        <label>
          Name
          <input name="name" required maxLength={100} placeholder="CI" />
        </label>
        <label>
          Kind
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            {KINDS.map(([id, text]) => (
              <option key={id} value={id}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {kind === 'service' ? (
          <label>
            Role in this project
            <select name="role">
              {ROLES.map((role) => (
                <option key={role} selected={role === 'developer'}>
                  {role}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <label>
            Redirect URIs, one a line
            <textarea
              name="redirectUris"
              rows={2}
              placeholder="https://app.example.com/callback"
              required
            />
          </label>
        )}
        <ScopeBoxes chosen={['projects:read', 'tasks:read']} />
      </Form>
    </Dialog>
  );
}
