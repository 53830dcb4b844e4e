import type { Signin, SigninList } from '../../../../src/contract/signin.ts';
import { ask, post } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { me } from '../../api/session.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../shell/toast.tsx';
import { OpenMode } from './open-mode.tsx';
import { browserOf, proofOf } from './signin-words.ts';
import { WHO } from './who.ts';

const PATH = '/v1/auth/signins';

/** The browsers in which the reader is signed in. */
export function Signins() {
  const isOpen = me.value?.authMode === 'open';
  const list = useReading<SigninList>(isOpen ? null : PATH);
  if (isOpen) return <OpenMode />;
  return (
    <>
      <p class="muted">Browsers in which you are signed in. End one that you do not know.</p>
      <Read of={list}>
        {({ data }) => (
          <Table
            label="Sign-ins"
            heads={['Browser', 'Network', 'Proved by', 'Signed in', 'Ends', '']}
          >
            {data.map((signin) => (
              <Row key={signin.id} signin={signin} again={list.again} />
            ))}
          </Table>
        )}
      </Read>
      <InCode calls={[WHO]} />
    </>
  );
}

function Row({ signin, again }: { readonly signin: Signin; readonly again: () => void }) {
  const { id, current, amr, authenticatedAt, idleUntil, expiresAt, userAgent, ipPrefix } = signin;
  const ended = (): void => {
    say('That browser is signed out.');
    again();
  };
  return (
    <tr>
      <th scope="row">
        <span title={plain(userAgent ?? '')}>{browserOf(userAgent ?? '')}</span>{' '}
        {current && <strong class="ok">this one</strong>}
      </th>
      <td class="id">{ipPrefix ?? 'unknown'}</td>
      <td>{proofOf(amr)}</td>
      <td>
        <Ago at={authenticatedAt} suffix=" ago" />
      </td>
      <td>
        <Ago at={idleUntil < expiresAt ? idleUntil : expiresAt} />
      </td>
      <td>
        {current ? (
          <Act ask={() => post('/v1/auth/signout')} done={() => location.assign('/signin')}>
            Sign out
          </Act>
        ) : (
          <Act ask={() => ask('DELETE', `${PATH}/${id}`)} done={ended}>
            End it
          </Act>
        )}
      </td>
    </tr>
  );
}
