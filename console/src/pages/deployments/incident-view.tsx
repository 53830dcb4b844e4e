import { useState } from 'preact/hooks';
import type { Incident } from '../../../../src/contract/incident.ts';
import { post } from '../../api/ask.ts';
import { useNames } from '../../api/names.ts';
import { useReading } from '../../api/read.ts';
import { useFresh } from '../../live/fresh.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { Form } from '../../parts/form.tsx';
import { count } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Status } from '../../parts/status.tsx';
import { say } from '../../shell/toast.tsx';
import { Checks } from './checks.tsx';

/** One incident: what is known of it, what was done, and by whom. */
export function IncidentView({ id }: { readonly id: string }) {
  const incident = useReading<Incident>(`/v1/incidents/${id}`);
  useFresh(incident.again, /^incident\./);
  const path = `/v1/incidents/${id}`;
  return (
    <>
      <p class="muted">
        <a href="/console/deployments?tab=incidents">Incidents</a>
      </p>
      {incident.value.value === null && <h1>Incident</h1>}
      <Read of={incident}>
        {(one) => (
          <>
            <div class="row">
              <h1>{plain(one.title)}</h1>
              <Status status={one.state} />
              <span class="muted">
                {one.severity} · {plain(one.environment)}
              </span>
              <CopyId id={id} />
            </div>
            {one.summary !== '' && <p class="prose">{plain(one.summary)}</p>}
            <Seen incident={one} again={incident.again} />
            <Evidence incident={one} />
            <Timeline incident={one} />
            <Note incident={one} again={incident.again} />
          </>
        )}
      </Read>
      <InCode
        calls={[
          { does: 'Read this incident', method: 'GET', path },
          {
            does: 'Say that you have seen it',
            method: 'POST',
            path: `${path}/acknowledge`,
            body: {},
          },
          {
            does: 'Resolve it',
            method: 'POST',
            path: `${path}/resolve`,
            body: { note: 'It was the cache.' },
          },
        ]}
      />
    </>
  );
}

interface ActsProps {
  readonly incident: Incident;
  readonly again: () => void;
}

function Seen({ incident: { id, state }, again }: ActsProps) {
  if (state !== 'open') return null;
  return (
    <p>
      <Act ask={() => post<Incident>(`/v1/incidents/${id}/acknowledge`)} done={again}>
        Acknowledge
      </Act>
    </p>
  );
}

/** It is emptied by who has sent it alone: what others do meanwhile leaves what is being written. */
function Note({ incident: { id, state }, again }: ActsProps) {
  const [turn, setTurn] = useState(0);
  return (
    <Form
      key={turn}
      ask={(fields) =>
        post<Incident>(`/v1/incidents/${id}/${fields.isOn('resolves') ? 'resolve' : 'notes'}`, {
          note: fields.text('note'),
        })
      }
      send="Write it down"
      done={({ state: after }) => {
        say(after === 'resolved' && state !== 'resolved' ? 'It is resolved.' : 'It is noted.');
        setTurn(turn + 1);
        again();
      }}
    >
      <label>
        Note
        <textarea name="note" rows={2} required maxLength={2000} />
      </label>
      {state !== 'resolved' && (
        <label class="row">
          <span>
            <input type="checkbox" name="resolves" /> This resolves it
          </span>
        </label>
      )}
    </Form>
  );
}

function Evidence({
  incident: { evidence, monitorId, suspectDeploymentId },
}: Pick<ActsProps, 'incident'>) {
  const { checks, sla } = evidence;
  return (
    <>
      {monitorId !== null && (
        <p>
          Found by a <a href={`/console/deployments?monitor=${monitorId}`}>monitor</a>.
        </p>
      )}
      {suspectDeploymentId !== null && (
        <p class="wait">
          Shortly before there was a{' '}
          <a href={`/console/deployments?deployment=${suspectDeploymentId}`}>deployment</a>.
        </p>
      )}
      {sla !== null && (
        <p>
          {count(sla.failed)} of {count(sla.checks)} checks failed: {sla.availability} % available,
          {sla.latencyMs !== null && ` ${count(sla.latencyMs)} ms at the 95th percentile`}.
        </p>
      )}
      {checks.length > 0 && <Checks checks={checks} />}
    </>
  );
}

function Timeline({ incident: { timeline, monitorId, projectId } }: Pick<ActsProps, 'incident'>) {
  const nameOf = useNames(projectId);
  return (
    <>
      <h2>What happened</h2>
      <ol class="stack">
        {timeline.map(({ at, type, actor, note }) => (
          <li key={`${at} ${type}`}>
            <strong>{type}</strong>{' '}
            <span class="muted">
              <Ago at={at} suffix=" ago" /> by{' '}
              {actor === monitorId ? 'its monitor' : plain(nameOf(actor))}
            </span>
            {note !== null && <div class="prose">{plain(note)}</div>}
          </li>
        ))}
      </ol>
    </>
  );
}
