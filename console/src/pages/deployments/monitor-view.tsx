import { useState } from 'preact/hooks';
import type { Check, CheckedNow, Monitor } from '../../../../src/contract/monitor.ts';
import { ask, post } from '../../api/ask.ts';
import { type ListReading, useListing } from '../../api/listing.ts';
import { useReading } from '../../api/read.ts';
import { useFresh } from '../../live/fresh.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { later } from '../../parts/later.tsx';
import { count } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Status } from '../../parts/status.tsx';
import { Sure } from '../../parts/sure.tsx';
import { go } from '../../routing/place.ts';
import { say } from '../../shell/toast.tsx';
import { everyOf, sentenceOf } from './monitor-words.ts';

const MonitorForm = later(() => import('./monitor-form.tsx').then((file) => file.MonitorForm));
const Checks = later(() => import('./checks.tsx').then((file) => file.Checks));
/** Single checks are not told: they are read when they are asked for, and whenever something turns. */
const TURNS = /^(incident|monitor)\./;
const ALL = '/console/deployments?tab=monitors';

/** One monitor: what it asks, and what it was answered of late. */
export function MonitorView({ id }: { readonly id: string }) {
  const path = `/v1/monitors/${id}`;
  const monitor = useReading<Monitor>(path);
  const checks = useListing<Check>(`${path}/checks`);
  const again = (): void => {
    monitor.again();
    checks.again();
  };
  useFresh(monitor.again, TURNS);
  useFresh(checks.again, TURNS);
  return (
    <>
      <p class="muted">
        <a href={ALL}>Monitors</a>
      </p>
      {monitor.value.value === null && <h1>Monitor</h1>}
      <Read of={monitor}>
        {(one) => (
          <>
            <Head monitor={one} again={again} />
            <div class="columns">
              <Latest checks={checks} />
              <Facts monitor={one} />
            </div>
          </>
        )}
      </Read>
      <InCode
        calls={[
          { does: 'Read this monitor', method: 'GET', path },
          { does: 'Check now', method: 'POST', path: `${path}/check`, body: {} },
          { does: 'Let it rest', method: 'POST', path: `${path}/pause`, body: {} },
        ]}
      />
    </>
  );
}

function Latest({ checks }: { readonly checks: ListReading<Check> }) {
  return (
    <div class="stack">
      <div class="row">
        <h2>Checks</h2>
        <button type="button" class="push" onClick={checks.again}>
          Read newer ones
        </button>
      </div>
      <Read of={checks}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="muted">None yet.</p>
          ) : (
            <Checks checks={[...rows].reverse()} />
          )
        }
      </Read>
      {checks.more.value !== null && (
        <button type="button" onClick={checks.more.value}>
          25 more
        </button>
      )}
    </div>
  );
}

interface ActsProps {
  readonly monitor: Monitor;
  readonly again: () => void;
}

function Head({ monitor, again }: ActsProps) {
  return (
    <>
      <div class="row">
        <h1>{plain(monitor.name)}</h1>
        <Status status={monitor.paused ? 'paused' : monitor.state} />
        {!monitor.paused && (
          <span class="muted">
            for <Ago at={monitor.stateSince} />
          </span>
        )}
        <span class="muted">{plain(monitor.environment)}</span>
        <CopyId id={monitor.id} />
      </div>
      <Acts monitor={monitor} again={again} />
      {monitor.openIncidentId !== null && (
        <p class="bad">
          <a href={`/console/deployments?incident=${monitor.openIncidentId}`}>
            An incident is open
          </a>
        </p>
      )}
    </>
  );
}

function Acts({ monitor, again }: ActsProps) {
  const { id, paused } = monitor;
  const path = `/v1/monitors/${id}`;
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="row">
      <Act
        ask={() => post<CheckedNow>(`${path}/check`)}
        done={({ check }) => {
          say(sentenceOf(check));
          again();
        }}
      >
        Check now
      </Act>
      <Act ask={() => post<Monitor>(`${path}/${paused ? 'resume' : 'pause'}`)} done={again}>
        {paused ? 'Resume' : 'Pause'}
      </Act>
      <button type="button" onClick={() => setOpen(true)}>
        Edit
      </button>
      <Sure
        title="Delete this monitor?"
        text="It asks nothing more. Its incidents stay."
        ask={() => ask('DELETE', path)}
        done={() => {
          say('The monitor is deleted.');
          go(ALL);
        }}
      >
        Delete
      </Sure>
      {isOpen && <MonitorForm monitor={monitor} close={() => setOpen(false)} done={again} />}
    </div>
  );
}

function Facts({ monitor }: Pick<ActsProps, 'monitor'>) {
  const { method, url, expectedStatus, bodyContains, intervalSeconds, timeoutMs, sla } = monitor;
  const facts = [
    ['Asks', `${method} ${url}`],
    ['How often', everyOf(intervalSeconds)],
    ['Waits', `${count(timeoutMs)} ms at most`],
    ['Expects', String(expectedStatus)],
    ...(bodyContains === null ? [] : [['In the body', bodyContains] as const]),
    ['Down after', `${monitor.failureThreshold} failed in a row`],
    ['Up after', `${monitor.recoveryThreshold} good in a row`],
    ...(sla === null ? [] : [['SLA', slaOf(sla)] as const]),
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

const slaOf = ({ availability, latencyMs, windowMinutes }: NonNullable<Monitor['sla']>): string =>
  [
    ...(availability === null ? [] : [`${availability} % available`]),
    ...(latencyMs === null ? [] : [`${count(latencyMs)} ms at the 95th percentile`]),
    `in ${count(windowMinutes)} minutes`,
  ].join(', ');
