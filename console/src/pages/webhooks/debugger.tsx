import { useEffect, useState } from 'preact/hooks';
import type { Delivery, WholeDelivery } from '../../../../src/contract/delivery.ts';
import type { Verified } from '../../../../src/contract/webhook-verify.ts';
import { type Answer, get, post, withQuery } from '../../api/ask.ts';
import { InCode } from '../../parts/code.tsx';
import { type Fields, Form } from '../../parts/form.tsx';
import type { Call } from '../../parts/samples.ts';
import { query } from '../../routing/place.ts';
import { baseStringOf, headerOf, readHeaders } from './base-string.ts';
import { Verdict } from './verdict.tsx';

/** What was found out of what was pasted. */
export interface Finding {
  readonly verified: Verified;
  /** The texts that were signed here, and that were received; null where it is not known. */
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** Why a receiver does not believe a delivery: what it got is judged here, and compared with what was sent. */
export function DebuggerView({ endpointId }: { readonly endpointId: string }) {
  const [finding, setFinding] = useState<Finding | null>(null);
  const sent = useSent(endpointId, query('delivery'));
  return (
    <>
      <p class="muted">
        <a href="/console/webhooks">Webhooks</a>
        {endpointId !== '' && (
          <>
            {' · '}
            <a href={`/console/webhooks/${endpointId}`}>Endpoint</a>
          </>
        )}
      </p>
      <h1>Debug a signature</h1>
      <p class="muted">
        Paste what your receiver got: its headers and the raw body, before anything parses it. No
        secret is needed, and none should be pasted.
      </p>
      <Form
        key={sent?.id ?? ''}
        ask={(fields) => look(endpointId, fields)}
        send="Check"
        done={setFinding}
      >
        <Received sent={sent} endpointId={endpointId} />
      </Form>
      {finding !== null && <Verdict finding={finding} />}
      <InCode calls={[askWhy(endpointId, sent)]} />
    </>
  );
}

/** With what was sent last, where that is known; else with what has to be put in. */
function askWhy(endpointId: string, sent: WholeDelivery | null): Call {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const headers = sent?.attempts.at(-1)?.requestHeaders ?? {};
  return {
    does:
      sent === null
        ? 'Ask why a delivery does not hold: put in the headers and the body that came'
        : 'Ask why this delivery does not hold',
    method: 'POST',
    path: '/v1/webhooks/verify',
    body: {
      endpointId: endpointId || '{endpoint}',
      headers: Object.fromEntries(names.map((name) => [name, headerOf(headers, name) || '…'])),
      payload: sent?.requestBody ?? '…',
    },
  };
}

interface ReceivedProps {
  readonly sent: WholeDelivery | null;
  readonly endpointId: string;
}

function Received({ sent, endpointId }: ReceivedProps) {
  const headers = Object.entries(sent?.attempts.at(-1)?.requestHeaders ?? {})
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
  return (
    <>
      {endpointId === '' && (
        <label>
          Endpoint; empty: as the header sluice-endpoint-id says
          <input name="endpointId" placeholder="whe_…" />
        </label>
      )}
      <label>
        Headers, one a line or as JSON
        <textarea
          name="headers"
          rows={4}
          required
          defaultValue={headers}
          placeholder={'webhook-id: evt_…\nwebhook-timestamp: …\nwebhook-signature: v1,…'}
        />
      </label>
      <label>
        Raw body
        <textarea name="payload" rows={4} defaultValue={sent?.requestBody ?? ''} />
      </label>
      <label>
        Or its bytes, as a file: a text field changes line ends
        <input name="bytes" type="file" />
      </label>
      <label>
        The text that your code signed, if you have it: id, timestamp and body with dots between
        <textarea name="base" rows={2} />
      </label>
    </>
  );
}

/** The delivery that the address names, to begin with. */
function useSent(endpointId: string, id: string): WholeDelivery | null {
  const [sent, setSent] = useState<WholeDelivery | null>(null);
  useEffect(() => {
    if (endpointId === '' || id === '') return;
    void get<WholeDelivery>(`/v1/webhooks/${endpointId}/deliveries/${id}`).then((answer) => {
      if (answer.ok) setSent(answer.value);
    });
  }, [endpointId, id]);
  return sent;
}

async function look(given: string, fields: Fields): Promise<Answer<Finding>> {
  const headers = readHeaders(fields.text('headers'));
  const endpointId = given || fields.text('endpointId') || headerOf(headers, 'sluice-endpoint-id');
  const file = fields.file('bytes');
  // Nothing is trimmed: white space is often what is wrong.
  const payload = file === null ? fields.raw('payload') : await file.text();
  const answer = await post<Verified>('/v1/webhooks/verify', {
    ...(endpointId === '' ? {} : { endpointId }),
    headers,
    ...(file === null ? { payload } : { payloadBase64: await base64Of(file) }),
  });
  if (!answer.ok) return answer;
  const theirs = fields.raw('base') || baseStringOf(headers, payload);
  const ours = await signedHere(endpointId, headers);
  return { ...answer, value: { verified: answer.value, ours, theirs } };
}

/** The text that was signed for this event and this endpoint at that time, while its bytes are kept. */
async function signedHere(
  endpointId: string,
  headers: Readonly<Record<string, string>>,
): Promise<string | null> {
  const path = `/v1/webhooks/${endpointId}/deliveries`;
  const eventId = headerOf(headers, 'webhook-id');
  if (eventId === '') return null;
  const found = await get<{ readonly data: readonly Delivery[] }>(withQuery(path, { eventId }));
  const [delivery] = found.ok ? found.value.data : [];
  if (delivery === undefined) return null;
  const whole = await get<WholeDelivery>(`${path}/${delivery.id}`);
  if (!whole.ok || whole.value.requestBody === null) return null;
  const { attempts, requestBody } = whole.value;
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const sent =
    attempts.find((one) => headerOf(one.requestHeaders, 'webhook-timestamp') === timestamp) ??
    attempts.at(-1);
  return sent === undefined ? null : baseStringOf(sent.requestHeaders, requestBody);
}

async function base64Of(file: File): Promise<string> {
  let text = '';
  for (const byte of new Uint8Array(await file.arrayBuffer())) text += String.fromCharCode(byte);
  return btoa(text);
}
