// Writes into D1 what a monitor has found: its state, the incidents that begin or end with it, their audit rows and what
// others are to be told, in one batch. Written again it changes nothing.

import { newId } from '../../auth/id.ts';
import type { Incident } from '../../contract/incident.ts';
import type { Happening } from '../../contract/platform-event.ts';
import { type AuditRow, auditAfter } from '../../db/audit.ts';
import { ProjectDb, platformDb } from '../../db/database.ts';
import { changeIncidentRow, openOnce, placeOfIncident, unresolvedOf } from '../../db/incidents.ts';
import { type MonitorRow, setMonitorState } from '../../db/monitors.ts';
import { outboxAfter } from '../../db/outbox.ts';
import { changeIncident, newIncident } from '../../domain/incident.ts';
import { newsOfIncident } from '../../domain/incident-news.ts';
import { titleOf } from '../../domain/incident-text.ts';
import { monitorView } from '../../domain/monitor-view.ts';
import { type Following, type Outcome, type Remembered, statusOf } from './monitor-memory.ts';

/** People may acknowledge in the very moment in which an incident ends. */
const TRIES_MAX = 5;

type Opened = Extract<Following, { readonly type: 'opened' }>;
type Place = Awaited<ReturnType<typeof placeOfIncident>>;

interface Turn {
  readonly type: 'incident.opened' | 'incident.resolved';
  readonly incident: Incident;
}

/** Throws while D1 is away. */
export async function writeOutcome(env: Env, known: Remembered, outcome: Outcome): Promise<void> {
  const db = new ProjectDb(env, known.row.projectId);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await tryWrite(env, db, known, outcome)) return;
  }
  throw new Error('The incidents of the monitor change too often.');
}

/** False where somebody has changed an incident meanwhile: then it is looked at anew. */
async function tryWrite(
  env: Env,
  db: ProjectDb,
  known: Remembered,
  { at, state, follows }: Outcome,
): Promise<boolean> {
  const { row } = known;
  const place = await placeOfIncident(db, row.environment, at);
  const lasting = await unresolvedOf(db, row.id);
  const turns = follows.flatMap((following) =>
    following.type === 'opened'
      ? [opening(row, following, { at, place })]
      : lasting
          .filter(({ kind }) => kind === following.kind)
          .flatMap((one) => ending(row, one, at)),
  );
  const batches = turns.map((turn) => statementsOf(env, db, { row, turn, place }));
  const results = await db.batch([
    ...batches.flat(),
    setMonitorState(db, row.id, { state, since: at }),
    outboxAfter(db, newsOf(known, openAfter(lasting, turns), at)),
  ]);
  let first = 0;
  return turns.every(({ type }, index) => {
    const changes = results[first]?.meta.changes ?? 0;
    first += batches[index]?.length ?? 0;
    // One that is open already is as good as one that is opened.
    return type === 'incident.opened' || changes > 0;
  });
}

/** Of two that last the outage comes first, as where a monitor is read. */
function openAfter(lasting: readonly Incident[], turns: readonly Turn[]): string | null {
  const ended = turns.filter(({ type }) => type === 'incident.resolved');
  const still = lasting.filter(({ id }) => !ended.some(({ incident }) => incident.id === id));
  const begun = turns.filter(({ type }) => type === 'incident.opened').map((one) => one.incident);
  // Of one kind the first lasts: a second is not opened.
  const open = [...still, ...begun];
  return (open.find(({ kind }) => kind === 'outage') ?? open[0])?.id ?? null;
}

/** The monitor as it is now, which may be further than the turn that is written. */
function newsOf(known: Remembered, openIncidentId: string | null, at: number): Happening {
  const { id: subject, environment } = known.row;
  const monitor = monitorView({ ...known.row, openIncidentId }, statusOf(known));
  const data = { monitor };
  return { id: newId('evt', at), type: 'monitor.updated', environment, subject, data, at };
}

function opening(
  row: MonitorRow,
  { id, kind, summary, checks, sla }: Opened,
  { at, place }: { readonly at: number; readonly place: Place },
): Turn {
  const { projectId, environment, name } = row;
  const severity = !place.isProduction ? 'minor' : kind === 'outage' ? 'critical' : 'major';
  const { suspectDeploymentId } = place;
  const evidence = { checks: [...checks], sla };
  const what = { id, projectId, environment, monitorId: row.id, kind, severity } as const;
  const incident = newIncident(
    { ...what, title: titleOf(kind, name), summary, evidence, suspectDeploymentId },
    { actor: row.id, at },
  );
  return { type: 'incident.opened', incident };
}

function ending(row: MonitorRow, incident: Incident, at: number): readonly Turn[] {
  const deed = { type: 'resolve', actor: row.id, note: null, at, resolution: 'recovered' } as const;
  const after = changeIncident(incident, deed);
  return after.ok ? [{ type: 'incident.resolved', incident: after.value }] : [];
}

function statementsOf(
  env: Env,
  db: ProjectDb,
  {
    row,
    turn: { type, incident },
    place,
  }: { readonly row: MonitorRow; readonly turn: Turn; readonly place: Place },
): readonly D1PreparedStatement[] {
  const effect =
    type === 'incident.opened' ? openOnce(db, incident) : changeIncidentRow(db, incident);
  const at = Date.parse(incident.resolvedAt ?? incident.openedAt);
  const happening: Happening = { id: newId('evt', at), at, ...newsOfIncident(incident, place) };
  return [
    effect,
    outboxAfter(db, happening),
    auditAfter(platformDb(env), auditRowOf(row, incident, { type, at })),
  ];
}

const auditRowOf = (
  { id, name, projectId }: MonitorRow,
  incident: Incident,
  { type, at }: { readonly type: Turn['type']; readonly at: number },
): AuditRow => ({
  id: newId('aud', at),
  projectId,
  at,
  actor: { id, kind: 'system', name },
  credential: null,
  action: type,
  target: { type: 'incident', id: incident.id },
  environment: incident.environment,
  outcome: 'ok',
  requestId: null,
  ip: null,
  changes: { before: null, after: { state: incident.state, kind: incident.kind } },
});
