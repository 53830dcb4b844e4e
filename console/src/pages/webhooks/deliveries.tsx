import type { Delivery } from '../../../../src/contract/delivery.ts';
import type { Endpoint } from '../../../../src/contract/webhook.ts';
import { withQuery } from '../../api/ask.ts';
import { useListing } from '../../api/listing.ts';
import { useFresh } from '../../live/fresh.ts';
import { Ago } from '../../parts/ago.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { query, setQuery } from '../../routing/place.ts';
import { Resend } from './resend.tsx';

const STATES = ['pending', 'retrying', 'held', 'exhausted', 'succeeded'] as const;
/** An event is handed over to its endpoints right after it is told here. */
const SENT_AFTER_MS = 1_000;

export function Deliveries({ endpoint: { id } }: { readonly endpoint: Endpoint }) {
  const [state, type, eventId] = [query('state'), query('type'), query('event')];
  const list = useListing<Delivery>(
    withQuery(`/v1/webhooks/${id}/deliveries`, { state, type, eventId }),
  );
  useFresh(list.again, /./, SENT_AFTER_MS);
  const isFiltered = state + type + eventId !== '';
  return (
    <div class="stack">
      <Filters again={list.again} />
      <Read of={list}>
        {(rows) => {
          if (rows.length > 0) return <DeliveryTable endpointId={id} rows={rows} />;
          if (isFiltered) return <p class="muted">No delivery is so.</p>;
          return <NothingSent id={id} />;
        }}
      </Read>
      {list.more.value !== null && (
        <button type="button" onClick={list.more.value}>
          25 more
        </button>
      )}
    </div>
  );
}

function Filters({ again }: { readonly again: () => void }) {
  const set = (name: string) => (event: { readonly currentTarget: { readonly value: string } }) =>
    setQuery({ [name]: event.currentTarget.value });
  return (
    <div class="row">
      <h2>Deliveries</h2>
      <label>
        State
        <select value={query('state')} onChange={set('state')}>
          <option value="">all</option>
          {STATES.map((state) => (
            <option key={state}>{state}</option>
          ))}
        </select>
      </label>
      <label>
        Type
        <input placeholder="task.*" value={query('type')} onChange={set('type')} />
      </label>
      <label>
        Event
        <input placeholder="evt_…" value={query('event')} onChange={set('event')} />
      </label>
      <button type="button" class="push" onClick={again}>
        Read again
      </button>
    </div>
  );
}

function DeliveryTable(props: { readonly endpointId: string; readonly rows: readonly Delivery[] }) {
  const { endpointId, rows } = props;
  return (
    <Table
      label="Deliveries"
      heads={['Event', 'State', 'Last answer', 'Attempts', 'Next', 'Happened', 'Do']}
    >
      {rows.map((row) => (
        <DeliveryRow key={row.id} endpointId={endpointId} row={row} />
      ))}
    </Table>
  );
}

function DeliveryRow({ endpointId, row }: { readonly endpointId: string; readonly row: Delivery }) {
  const last = row.attempts.at(-1);
  const href = `/console/webhooks/${endpointId}?delivery=${row.id}`;
  return (
    <tr>
      <th scope="row">
        <a href={href}>{row.type}</a>
      </th>
      <td>
        <Status status={row.state} />
      </td>
      <td>{last === undefined ? '–' : (last.status ?? last.error ?? 'no answer')}</td>
      <td class="number">{last?.n ?? 0}</td>
      <td>{last?.nextAt ? <Ago at={last.nextAt} /> : '–'}</td>
      <td>
        <Ago at={row.createdAt} suffix=" ago" />
      </td>
      <td>
        <Resend endpointId={endpointId} id={row.id} href={href} />
      </td>
    </tr>
  );
}

function NothingSent({ id }: { readonly id: string }) {
  const call = { does: '', method: 'POST', path: `/v1/webhooks/${id}/test`, body: {} } as const;
  return (
    <Empty title="Nothing was sent yet" command={curlHere(call)}>
      <p class="muted">What happens from now on is. A test goes at once:</p>
    </Empty>
  );
}
