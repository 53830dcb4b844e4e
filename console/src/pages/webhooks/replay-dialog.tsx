import { useState } from 'preact/hooks';
import type { Endpoint } from '../../../../src/contract/webhook.ts';
import type { Replayed } from '../../../../src/contract/webhook-delivery.ts';
import { post } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { type Fields, Form } from '../../parts/form.tsx';
import { count } from '../../parts/number.ts';
import { say } from '../../shell/toast.tsx';

const HOUR_MS = 3_600_000;

interface ReplayProps {
  readonly endpoint: Endpoint;
  readonly close: () => void;
}

/** Sends what has happened in a span of time, again or for the first time. */
export function ReplayDialog({ endpoint, close }: ReplayProps) {
  const [rest, setRest] = useState<Replayed | null>(null);
  const send = (fields: Fields) => {
    const [until, types] = [fields.text('until'), fields.text('types')];
    return post<Replayed>(`/v1/webhooks/${endpoint.id}/replay`, {
      since: rest?.nextSince ?? instantOf(fields.text('since')),
      ...(until === '' ? {} : { until: instantOf(until) }),
      ...(types === '' ? {} : { types: types.split(/[\s,]+/) }),
    });
  };
  return (
    <Dialog title="Send what has happened" close={close}>
      <p>
        Everything of that time goes to this endpoint, also what it has had already: the ids are the
        same. Up to 1,000 events at a time.
      </p>
      <Form
        ask={send}
        send={rest === null ? 'Send' : 'Send the next'}
        done={(value) => {
          say(`${count(value.queued)} deliveries go.`);
          if (value.nextSince === null) close();
          else setRest(value);
        }}
      >
        <div class="row">
          <label>
            Since
            <input name="since" type="datetime-local" required defaultValue={localOf(-HOUR_MS)} />
          </label>
          <label>
            Until; empty: now
            <input name="until" type="datetime-local" />
          </label>
        </div>
        <label>
          Types, separated by commas; empty: those of the endpoint
          <input name="types" />
        </label>
        {rest !== null && <p role="status">There is more, from {rest.nextSince} on.</p>}
      </Form>
    </Dialog>
  );
}

/** As a field of the browser has it: local time, without a zone. */
function localOf(offsetMs: number): string {
  const now = new Date(Date.now() + offsetMs);
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What cannot be read is sent as it is: the server says so. */
function instantOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? local : at.toISOString();
}
