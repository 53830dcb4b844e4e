import { useState } from 'preact/hooks';
import type { NewToken, Token } from '../../../../src/contract/token.ts';
import { ask } from '../../api/ask.ts';
import { type ListReading, useListing } from '../../api/listing.ts';
import { projectId } from '../../api/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { now } from '../../parts/clock.ts';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { later } from '../../parts/later.tsx';
import { More } from '../../parts/more.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Status } from '../../parts/status.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../shell/toast.tsx';

const Once = later(() => import('../../parts/once.tsx').then(({ Once: dialog }) => dialog));

const CREATE = {
  does: 'Make a token',
  method: 'POST',
  path: '/v1/tokens',
  body: { name: 'laptop', scopes: ['tasks:read', 'tasks:write'], expiresInDays: 30 },
} as const;

const COLUMNS = ['Name', 'State', 'May', 'Where', 'Last used', 'Made', ''];

const TokenForm = later(() => import('./token-form.tsx').then(({ TokenForm: form }) => form));

/** The personal tokens of who is here. */
export function Tokens() {
  const list = useListing<Token>('/v1/tokens');
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const done = (token: NewToken): void => {
    setMaking(false);
    setMade(token);
    list.again();
  };
  const first = list.value.value?.find(isAlive);
  return (
    <>
      <div class="row">
        <p class="muted">
          For scripts of yours. Each can do no more than you can, and you see what it is for.
        </p>
        <button type="button" class="main push" onClick={() => setMaking(true)}>
          New token
        </button>
      </div>
      <TokenTable list={list} />
      <More of={list} />
      <InCode
        calls={[
          { does: 'List your tokens', method: 'GET', path: '/v1/tokens' },
          CREATE,
          ...(first === undefined
            ? []
            : [
                {
                  does: `Revoke ${plain(first.name)}`,
                  method: 'DELETE',
                  path: `/v1/tokens/${first.id}`,
                } as const,
              ]),
        ]}
      />
      {isMaking && (
        <TokenForm projectId={projectId.value} close={() => setMaking(false)} done={done} />
      )}
      {made?.token != null && (
        <Once
          title={plain(made.name)}
          name="The token"
          secret={made.token}
          close={() => setMade(null)}
        />
      )}
    </>
  );
}

function TokenTable({ list }: { readonly list: ListReading<Token> }) {
  return (
    <Read of={list}>
      {(rows) =>
        rows.length > 0 ? (
          <Table label="Personal tokens" heads={COLUMNS}>
            {rows.map((token) => (
              <Row key={token.id} token={token} again={list.again} />
            ))}
          </Table>
        ) : (
          <Empty title="You have no tokens" command={curlHere(CREATE)}>
            <p>A token lets a script of yours ask in your name.</p>
          </Empty>
        )
      }
    </Read>
  );
}

const isAlive = ({ revokedAt, expiresAt }: Token): boolean =>
  revokedAt === null && Date.parse(expiresAt) > now.value;

function Row({ token, again }: { readonly token: Token; readonly again: () => void }) {
  const { id, name, scopes, projectIds, environments, ipCidrs, hint, lastUsedAt, createdAt } =
    token;
  const where = [...(projectIds ?? ['all projects']), ...(environments ?? []), ...(ipCidrs ?? [])];
  const revoked = (): void => {
    say(`${plain(name)} is revoked: it is refused from now on.`);
    again();
  };
  return (
    <tr>
      <th scope="row">
        {plain(name)}
        <div class="id">{hint}</div>
      </th>
      <td>
        <State token={token} />
      </td>
      <td>{scopes.join(', ')}</td>
      <td>{where.map(plain).join(', ')}</td>
      <td>{lastUsedAt === null ? 'never' : <Ago at={lastUsedAt} suffix=" ago" />}</td>
      <td>
        <Ago at={createdAt} suffix=" ago" />
      </td>
      <td>
        {isAlive(token) && (
          <Sure
            label={`Revoke ${plain(name)}`}
            title={`Revoke ${plain(name)}?`}
            text="It is refused at once, and so are the tokens that were made by it. This cannot be taken back."
            ask={() => ask('DELETE', `/v1/tokens/${id}`)}
            done={revoked}
          >
            Revoke
          </Sure>
        )}
      </td>
    </tr>
  );
}

function State({ token }: { readonly token: Token }) {
  const { revokedAt, expiresAt } = token;
  if (revokedAt !== null) {
    return (
      <>
        <Status status="failed" text="revoked" /> <Ago at={revokedAt} suffix=" ago" />
      </>
    );
  }
  if (!isAlive(token)) return <Status status="offline" text="expired" />;
  return (
    <>
      <Status status="enabled" text="active" />{' '}
      <span class="small muted">
        ends <Ago at={expiresAt} />
      </span>
    </>
  );
}
