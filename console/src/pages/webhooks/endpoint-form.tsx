import { useState } from 'preact/hooks';
import type { Endpoint, EndpointWithSecret } from '../../../../src/contract/webhook.ts';
import { ask } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { Choice } from '../../parts/choice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { type Fields, Form } from '../../parts/form.tsx';
import { ShownSecret } from './shown-secret.tsx';

interface EndpointFormProps {
  /** Null: a new one. */
  readonly endpoint: Endpoint | null;
  readonly close: () => void;
  readonly done: () => void;
}

interface EventTypes {
  readonly data: readonly { readonly type: string; readonly description: string }[];
}

/** Makes an endpoint or changes one. The secret of a new one is shown this once. */
export function EndpointForm({ endpoint, close, done }: EndpointFormProps) {
  const [made, setMade] = useState<EndpointWithSecret | null>(null);
  const send = (fields: Fields) =>
    endpoint === null
      ? ask<EndpointWithSecret>('POST', '/v1/webhooks', { body: bodyOf(fields, true) })
      : ask<EndpointWithSecret>('PATCH', `/v1/webhooks/${endpoint.id}`, {
          body: bodyOf(fields, false),
          headers: { 'If-Match': `"v${endpoint.revision}"` },
        });
  if (made !== null) {
    return (
      <Dialog title="The endpoint is made" close={close}>
        <ShownSecret secret={made.secret} />
        <a href={`/console/webhooks/${made.id}`}>Go on to the endpoint</a>
      </Dialog>
    );
  }
  return (
    <Dialog title={endpoint === null ? 'Create an endpoint' : 'Edit the endpoint'} close={close}>
      <Form
        ask={send}
        send={endpoint === null ? 'Create' : 'Save'}
        done={(value) => {
          done();
          if (endpoint === null) setMade(value);
          else close();
        }}
      >
        <Where endpoint={endpoint} />
        <Which endpoint={endpoint} />
        <How endpoint={endpoint} />
      </Form>
    </Dialog>
  );
}

interface PartProps {
  readonly endpoint: Endpoint | null;
}

function Where({ endpoint }: PartProps) {
  return (
    <>
      {endpoint?.url === null ? null : (
        <label>
          URL
          <input name="url" type="url" required defaultValue={endpoint?.url ?? ''} />
        </label>
      )}
      <label>
        Description
        <input name="description" maxLength={500} defaultValue={endpoint?.description ?? ''} />
      </label>
    </>
  );
}

function Which({ endpoint }: PartProps) {
  const known = useReading<EventTypes>('/v1/event-types');
  return (
    <>
      <label>
        Events, one a line: exact, group.* or *
        <textarea
          name="types"
          rows={3}
          required
          defaultValue={(endpoint?.types ?? ['*']).join('\n')}
        />
      </label>
      <details>
        <summary>All types</summary>
        <dl class="facts scroll">
          {known.value.value?.data.map(({ type, description }) => (
            <div key={type}>
              <dt>
                <code>{type}</code>
              </dt>
              <dd>{description}</dd>
            </div>
          ))}
        </dl>
      </details>
      <label>
        Environments, separated by commas; empty: all
        <input name="environments" defaultValue={endpoint?.environments?.join(', ') ?? ''} />
      </label>
      <label>
        Only where, as JSON: paths into the event, each with a value or a list of values
        <textarea
          name="filter"
          rows={2}
          placeholder={'{"data.task.workflow": ["feature"]}'}
          defaultValue={endpoint?.filter ? JSON.stringify(endpoint.filter) : ''}
        />
      </label>
    </>
  );
}

function How({ endpoint }: PartProps) {
  return (
    <div class="row">
      <Choice
        label="Body"
        name="payload"
        value={endpoint?.payload ?? 'full'}
        options={['full', ['thin', 'thin: ids and revisions alone']]}
      />
      <Choice
        label="Order"
        name="ordering"
        value={endpoint?.ordering ?? 'none'}
        options={[
          ['none', 'as they come'],
          ['fifo', 'one after the other'],
        ]}
      />
      <label>
        At most so many a second
        <input
          name="ratePerSecond"
          type="number"
          min={1}
          max={1000}
          required
          defaultValue={endpoint?.ratePerSecond ?? 25}
        />
      </label>
    </div>
  );
}

function bodyOf(fields: Fields, isNew: boolean): Readonly<Record<string, unknown>> {
  const environments = words(fields.text('environments'));
  const url = fields.text('url');
  return {
    ...(isNew ? { projectId: projectId.peek() } : {}),
    ...(url === '' ? {} : { url }),
    description: fields.text('description'),
    types: words(fields.text('types')),
    environments: environments.length === 0 ? null : environments,
    filter: jsonOf(fields.text('filter')),
    payload: fields.text('payload'),
    ordering: fields.text('ordering'),
    ratePerSecond: fields.number('ratePerSecond'),
  };
}

const words = (text: string): readonly string[] => text.split(/[\s,]+/).filter((one) => one !== '');

/** What is no JSON is sent as it is: the server says what is wrong with it. */
function jsonOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
