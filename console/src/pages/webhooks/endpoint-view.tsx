import type { Endpoint } from '../../../../src/contract/webhook.ts';
import { useReading } from '../../api/read.ts';
import { InCode } from '../../parts/code.tsx';
import { later } from '../../parts/later.tsx';
import { Read } from '../../parts/read.tsx';
import { EndpointFacts, EndpointHead } from './endpoint-head.tsx';

const Deliveries = later(() => import('./deliveries.tsx').then((file) => file.Deliveries));

/** One endpoint: what it is, and what it was sent. */
export function EndpointView({ id }: { readonly id: string }) {
  const endpoint = useReading<Endpoint>(`/v1/webhooks/${id}`);
  return (
    <>
      <p class="muted">
        <a href="/console/webhooks">Webhooks</a>
      </p>
      {endpoint.value.value === null && <h1>Endpoint</h1>}
      <Read of={endpoint}>
        {(one) => (
          <>
            <EndpointHead endpoint={one} again={endpoint.again} />
            <div class="columns">
              <Deliveries endpoint={one} />
              <EndpointFacts endpoint={one} />
            </div>
          </>
        )}
      </Read>
      <InCode calls={callsOf(id)} />
    </>
  );
}

const callsOf = (id: string) => [
  { does: 'List its deliveries', method: 'GET' as const, path: `/v1/webhooks/${id}/deliveries` },
  {
    does: 'Send it a test',
    method: 'POST' as const,
    path: `/v1/webhooks/${id}/test`,
    body: {},
  },
  {
    does: 'Send again all that never arrived',
    method: 'POST' as const,
    path: `/v1/webhooks/${id}/recover`,
    body: {},
  },
  {
    does: 'Change its secret; both sign for a day',
    method: 'POST' as const,
    path: `/v1/webhooks/${id}/rotate`,
    body: { graceSeconds: 86_400 },
  },
];
