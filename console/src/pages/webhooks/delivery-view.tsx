import type { WholeDelivery } from '../../../../src/contract/delivery.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { Refused } from '../../parts/refused.tsx';
import { Status } from '../../parts/status.tsx';
import { Why } from '../../parts/why.tsx';
import { Attempts } from './attempts.tsx';
import { Resend } from './resend.tsx';
import { useDelivery } from './use-delivery.ts';

interface DeliveryProps {
  readonly endpointId: string;
  readonly id: string;
}

/** One delivery: what was sent, what was answered, and what comes next. */
export function DeliveryView({ endpointId, id }: DeliveryProps) {
  const { delivery, refusal, isWaiting, again } = useDelivery(endpointId, id);
  const endpoint = `/console/webhooks/${endpointId}`;
  return (
    <>
      <p class="muted">
        <a href="/console/webhooks">Webhooks</a> · <a href={endpoint}>Endpoint</a>
      </p>
      <div class="row">
        <h1>{delivery?.type ?? 'Delivery'}</h1>
        {delivery !== null && <Status status={delivery.state} />}
        <CopyId id={id} />
        <span class="push" role="status">
          {isWaiting && delivery !== null && <span class="muted">waits for the next attempt…</span>}
        </span>
      </div>
      {delivery === null && refusal !== null && <Refused refusal={refusal} again={() => again()} />}
      {delivery !== null && (
        <>
          <Why refusal={refusal} />
          <div class="row">
            <Resend
              endpointId={endpointId}
              id={id}
              href={`${endpoint}?delivery=${id}`}
              done={() => again(true)}
            />
            <a href={`${endpoint}?view=debugger&delivery=${id}`}>Debug its signature</a>
            <a href={`${endpoint}?event=${delivery.eventId}`}>This event</a>
          </div>
          <Course delivery={delivery} />
          <Attempts delivery={delivery} />
        </>
      )}
      <InCode calls={callsOf(endpointId, id)} />
    </>
  );
}

const WORDS: Readonly<Record<WholeDelivery['state'], string>> = {
  pending: 'It has not been tried yet.',
  retrying: 'The last attempt failed.',
  succeeded: 'It has arrived.',
  exhausted: 'All attempts failed, and it was given up. Send it again when the receiver is well.',
  held: 'The endpoint is paused: it goes when that is enabled again.',
};

function Course({ delivery }: { readonly delivery: WholeDelivery }) {
  const nextAt = delivery.attempts.at(-1)?.nextAt ?? null;
  return (
    <p>
      {WORDS[delivery.state]}{' '}
      {nextAt !== null && (
        <>
          Next attempt <Ago at={nextAt} />.{' '}
        </>
      )}
      <span class="muted">
        The event <CopyId id={delivery.eventId} /> happened <Ago at={delivery.createdAt} /> ago.
      </span>
    </p>
  );
}

const callsOf = (endpointId: string, id: string) => {
  const path = `/v1/webhooks/${endpointId}/deliveries/${id}`;
  return [
    { does: 'Read this delivery with all that was sent', method: 'GET' as const, path },
    {
      does: 'Send it again',
      method: 'POST' as const,
      path: `${path}/redeliver`,
      body: {},
    },
    {
      does: 'Wait up to 20 seconds for its next attempt',
      method: 'GET' as const,
      path: `${path}?after=1&wait=20`,
    },
  ];
};
