import type { Passkey, PasskeyList } from '../../../../src/contract/signin.ts';
import { ask } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { me } from '../../api/session.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { Read } from '../../parts/read.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../shell/toast.tsx';
import { registerPasskey } from './new-passkey.ts';
import { OpenMode } from './open-mode.tsx';
import { WHO } from './who.ts';

const PATH = '/v1/auth/passkeys';

/** By what the reader signs in. */
export function Passkeys() {
  const isOpen = me.value?.authMode === 'open';
  const list = useReading<PasskeyList>(isOpen ? null : PATH);
  if (isOpen) return <OpenMode />;
  return (
    <>
      <div class="row">
        <p class="muted">
          By a passkey you sign in and prove who you are where a decision asks for it.
        </p>
        <div class="push">
          <Act
            class="main"
            ask={registerPasskey}
            done={() => {
              say('This device has a passkey of yours now.');
              list.again();
            }}
          >
            Add a passkey
          </Act>
        </div>
      </div>
      <Read of={list}>
        {({ data, recoveryCodesLeft }) => (
          <>
            <Table label="Passkeys" heads={['Passkey', 'Kept', 'Made', 'Last used', '']}>
              {data.map((passkey) => (
                <Row
                  key={passkey.id}
                  passkey={passkey}
                  isLast={data.length === 1}
                  again={list.again}
                />
              ))}
            </Table>
            <p class={recoveryCodesLeft < 3 ? 'wait' : 'muted'}>
              {recoveryCodesLeft} of 10 recovery codes are left, for the day when every device is
              lost.
            </p>
          </>
        )}
      </Read>
      <InCode calls={[WHO]} />
    </>
  );
}

interface RowProps {
  readonly passkey: Passkey;
  readonly isLast: boolean;
  readonly again: () => void;
}

function Row({ passkey, isLast, again }: RowProps) {
  const { id, transports, backedUp, createdAt, lastUsedAt } = passkey;
  const name = `…${id.slice(-8)}`;
  return (
    <tr>
      <th scope="row">
        <span class="id">{name}</span> {transports.join(', ')}
      </th>
      <td>{backedUp ? 'in a cloud, on several devices' : 'on one device'}</td>
      <td>
        <Ago at={createdAt} suffix=" ago" />
      </td>
      <td>{lastUsedAt === null ? 'never' : <Ago at={lastUsedAt} suffix=" ago" />}</td>
      <td>
        <Sure
          label={`Remove the passkey ${name}`}
          title="Remove this passkey?"
          text={
            isLast
              ? 'It is your last one: without it you sign in by a recovery code alone.'
              : 'Who has it signs in with it no more.'
          }
          ask={() => ask('DELETE', `${PATH}/${encodeURIComponent(id)}`)}
          done={again}
        >
          Remove
        </Sure>
      </td>
    </tr>
  );
}
