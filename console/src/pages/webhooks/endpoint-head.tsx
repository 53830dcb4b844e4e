import type { Endpoint } from '../../../../src/contract/webhook.ts';
import type { Queued, Tested } from '../../../../src/contract/webhook-delivery.ts';
import { ask, post } from '../../api/ask.ts';
import { Act } from '../../parts/act.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { later } from '../../parts/later.tsx';
import { count } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { Sure } from '../../parts/sure.tsx';
import { go, query, setQuery } from '../../routing/place.ts';
import { say } from '../../shell/toast.tsx';
import { nameOf } from './endpoint-name.ts';
import { EndpointState } from './endpoint-state.tsx';

const EndpointForm = later(() => import('./endpoint-form.tsx').then((file) => file.EndpointForm));
const RotateDialog = later(() => import('./rotate-dialog.tsx').then((file) => file.RotateDialog));
const ReplayDialog = later(() => import('./replay-dialog.tsx').then((file) => file.ReplayDialog));

interface HeadProps {
  readonly endpoint: Endpoint;
  readonly again: () => void;
}

export function EndpointHead({ endpoint, again }: HeadProps) {
  const dialog = query('dialog');
  const close = (): void => setQuery({ dialog: null });
  return (
    <>
      <div class="row">
        <h1>{nameOf(endpoint)}</h1>
        <EndpointState endpoint={endpoint} />
        <CopyId id={endpoint.id} />
      </div>
      {endpoint.description !== '' && <p>{plain(endpoint.description)}</p>}
      <Buttons endpoint={endpoint} again={again} />
      {dialog === 'edit' && <EndpointForm endpoint={endpoint} close={close} done={again} />}
      {dialog === 'rotate' && <RotateDialog endpoint={endpoint} close={close} done={again} />}
      {dialog === 'replay' && <ReplayDialog endpoint={endpoint} close={close} />}
    </>
  );
}

function Buttons({ endpoint: { id, state }, again }: HeadProps) {
  const path = `/v1/webhooks/${id}`;
  const isEnabled = state === 'enabled';
  const open = (dialog: string) => () => setQuery({ dialog });
  return (
    <div class="row">
      <Act
        ask={() => post<Tested>(`${path}/test`)}
        done={({ deliveryId }) => go(`/console/webhooks/${id}?delivery=${deliveryId}`)}
      >
        Send a test
      </Act>
      <button type="button" onClick={open('edit')}>
        Edit
      </button>
      <Act
        ask={() => ask('PATCH', path, { body: { state: isEnabled ? 'disabled' : 'enabled' } })}
        done={() => {
          say(isEnabled ? 'Events are held from now on.' : 'What was held goes now, in order.');
          again();
        }}
      >
        {isEnabled ? 'Pause' : 'Enable'}
      </Act>
      <button type="button" onClick={open('rotate')}>
        Change the secret
      </button>
      <Act
        ask={() => post<Queued>(`${path}/recover`)}
        done={({ queued }) => say(`${count(queued)} deliveries go again.`)}
      >
        Recover what failed
      </Act>
      <button type="button" onClick={open('replay')}>
        Send since…
      </button>
      <a href={`/console/webhooks/${id}?view=debugger`}>Debug a signature</a>
      <Sure
        title="Delete this endpoint?"
        text="It hears of nothing more, and its deliveries and its secret are gone."
        ask={() => ask('DELETE', path)}
        done={() => {
          say('The endpoint is deleted.');
          go('/console/webhooks');
        }}
      >
        Delete
      </Sure>
    </div>
  );
}

/** What it is told, and how. */
export function EndpointFacts({ endpoint }: { readonly endpoint: Endpoint }) {
  const { types, environments, filter, payload, ordering, ratePerSecond } = endpoint;
  const facts = [
    ['Events', types.join(', ')],
    ['Environments', environments === null ? 'all' : environments.join(', ')],
    ...(filter === null ? [] : [['Only where', JSON.stringify(filter)] as const]),
    ['Body', payload === 'full' ? 'full' : 'thin: ids and revisions alone'],
    ['Order', ordering === 'fifo' ? 'one after the other' : 'as they come'],
    ['At most', `${count(ratePerSecond)} a second`],
    ['Secret', endpoint.secretHint],
    ['Public key', endpoint.publicKey],
  ] as const;
  return (
    <dl class="facts panel">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{plain(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
