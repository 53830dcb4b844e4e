import { useState } from 'preact/hooks';
import type { Monitor } from '../../../../src/contract/monitor.ts';
import { ask, post } from '../../api/ask.ts';
import { projectId } from '../../api/session.ts';
import { Choice } from '../../parts/choice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { type Fields, Form } from '../../parts/form.tsx';
import { EnvironmentField } from './environment-field.tsx';

interface MonitorFormProps {
  /** Null: a new one. */
  readonly monitor: Monitor | null;
  readonly close: () => void;
  readonly done: () => void;
}

/** Watches a URL, or changes how it is watched. */
export function MonitorForm({ monitor: shown, close, done }: MonitorFormProps) {
  // What others change meanwhile does not slip into the fields: it is refused by its revision.
  const [monitor] = useState(shown);
  const send = (fields: Fields) =>
    monitor === null
      ? post<Monitor>(`/v1/projects/${projectId.peek()}/monitors`, {
          environment: fields.text('environment'),
          ...bodyOf(fields),
        })
      : ask<Monitor>('PATCH', `/v1/monitors/${monitor.id}`, {
          body: bodyOf(fields),
          headers: { 'If-Match': `"v${monitor.revision}"` },
        });
  return (
    <Dialog title={monitor === null ? 'Watch a URL' : 'Edit the monitor'} close={close}>
      <Form
        ask={send}
        send={monitor === null ? 'Watch it' : 'Save'}
        done={() => {
          close();
          done();
        }}
      >
        <label>
          Name
          <input name="name" required maxLength={100} defaultValue={monitor?.name} />
        </label>
        <label>
          URL
          <input name="url" type="url" required defaultValue={monitor?.url} />
        </label>
        <div class="row">
          {monitor === null && <EnvironmentField />}
          <Choice
            label="Method"
            name="method"
            value={monitor?.method ?? 'GET'}
            options={['GET', 'HEAD']}
          />
          <label>
            Expected status
            <input name="expectedStatus" defaultValue={String(monitor?.expectedStatus ?? '2xx')} />
          </label>
        </div>
        <label>
          The body contains (optional)
          <input name="bodyContains" maxLength={500} defaultValue={monitor?.bodyContains ?? ''} />
        </label>
        <Pace monitor={monitor} />
        <Objective monitor={monitor} />
      </Form>
    </Dialog>
  );
}

interface NumberProps {
  readonly name: string;
  readonly label: string;
  readonly value: number | null | undefined;
  readonly isNeeded?: boolean;
}

function Whole({ name, label, value, isNeeded = true }: NumberProps) {
  return (
    <label>
      {label}
      <input
        name={name}
        type="number"
        step="any"
        min={0}
        required={isNeeded}
        defaultValue={value ?? ''}
      />
    </label>
  );
}

function Pace({ monitor }: Pick<MonitorFormProps, 'monitor'>) {
  return (
    <div class="row">
      <Whole
        name="intervalSeconds"
        label="Asks every, in seconds"
        value={monitor?.intervalSeconds ?? 60}
      />
      <Whole name="timeoutMs" label="Waits at most, in ms" value={monitor?.timeoutMs ?? 5_000} />
      <Whole
        name="failureThreshold"
        label="Down after failures"
        value={monitor?.failureThreshold ?? 3}
      />
      <Whole
        name="recoveryThreshold"
        label="Up after good checks"
        value={monitor?.recoveryThreshold ?? 2}
      />
    </div>
  );
}

function Objective({ monitor }: Pick<MonitorFormProps, 'monitor'>) {
  const sla = monitor?.sla;
  return (
    <details open={sla != null}>
      <summary>SLA</summary>
      <div class="row">
        <Whole
          name="availability"
          label="Available, per cent"
          value={sla?.availability}
          isNeeded={false}
        />
        <Whole name="latencyMs" label="95 % within ms" value={sla?.latencyMs} isNeeded={false} />
        <Whole
          name="windowMinutes"
          label="In a window of minutes"
          value={sla?.windowMinutes ?? 60}
          isNeeded={false}
        />
      </div>
    </details>
  );
}

function bodyOf(fields: Fields): Readonly<Record<string, unknown>> {
  const expected = fields.text('expectedStatus');
  const [availability, latencyMs] = [fields.number('availability'), fields.number('latencyMs')];
  return {
    name: fields.text('name'),
    url: fields.text('url'),
    method: fields.text('method'),
    // A list of statuses, or a class such as 2xx.
    expectedStatus: /^[\d\s,]+$/.test(expected)
      ? expected.split(/[\s,]+/).map(Number)
      : expected || '2xx',
    bodyContains: fields.text('bodyContains') || null,
    intervalSeconds: fields.number('intervalSeconds'),
    timeoutMs: fields.number('timeoutMs'),
    failureThreshold: fields.number('failureThreshold'),
    recoveryThreshold: fields.number('recoveryThreshold'),
    sla:
      availability === undefined && latencyMs === undefined
        ? null
        : {
            availability: availability ?? null,
            latencyMs: latencyMs ?? null,
            windowMinutes: fields.number('windowMinutes') ?? 60,
          },
  };
}
