import { ok, type Result } from '../contract/error.ts';
import { PROJECT_ID } from '../contract/id.ts';
import {
  GATE_ID,
  type Inbox,
  type InboxGate,
  type InboxQuery,
  STATES_OF,
} from '../contract/inbox.ts';
import { isMember } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { type FoundGate, type GateFilter, type GatePlace, listGateRows } from '../db/gates.ts';
import type { Ask } from './ask.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { shownEnvironments } from './environment.ts';
import { eligibleIn, inboxGate } from './inbox-gate.ts';
import { PROJECT_NOT_FOUND } from './known-project.ts';
import { ensureLocalProject } from './local-project.ts';
import { enterProject } from './target.ts';

/** What one request looks at, where most of it is not for the caller to decide; the cursor goes on from there. */
const LOOKED_AT_MAX = 400;
/** An answer ends with the gate that makes it longer than this: a gate may show a whole action of 64 KiB. */
const CHARS_MAX = 4_000_000;
const BEGIN: GatePlace = { expiresAt: -1, id: '' };
const PLACE = new RegExp(`^\\d{1,16}_${GATE_ID.source.slice(1)}`);

/** The projects whose gates the caller sees; null: all that there are. */
async function projectsOf(
  ask: Ask,
  wanted: string | undefined,
): Promise<Result<readonly string[] | null>> {
  const { actor } = ask;
  if (wanted !== undefined) {
    if (!PROJECT_ID.test(wanted)) return PROJECT_NOT_FOUND;
    const entered = await enterProject(ask, wanted);
    return entered.ok ? ok([wanted]) : entered;
  }
  if (actor.projects === 'all') {
    // It has tasks before anybody has looked at it as a project, and a listing of all goes by the rows.
    await ensureLocalProject(ask);
    return ok(null);
  }
  return ok(Object.keys(actor.projects).filter((id) => isMember(actor, id)));
}

const placeIn = (cursor: string | undefined): GatePlace => {
  if (cursor === undefined) return BEGIN;
  const at = cursor.indexOf('_');
  return { expiresAt: Number(cursor.slice(0, at)), id: cursor.slice(at + 1) };
};

const placeOf = ({ expiresAt, id }: FoundGate): string => `${expiresAt}_${id}`;

/** The gates that people are asked about, soonest expiry first, in all projects that the caller may read. */
export async function listInbox(ask: Ask, query: InboxQuery): Promise<Result<Inbox>> {
  const projectIds = await projectsOf(ask, query.projectId);
  if (!projectIds.ok) return projectIds;
  const { mine, status, state, q } = query;
  const states = status === undefined ? [state ?? 'pending'] : STATES_OF[status];
  const filter: GateFilter = {
    projectIds: projectIds.value,
    states: state === undefined ? states : states.filter((one) => one === state),
    environments: shownEnvironments(ask),
    text: q,
  };
  const { environments } = filter;
  const list = { list: 'inbox', projectId: query.projectId ?? null, states: filter.states };
  const mark = { ...list, environments, q: q ?? null, mine };
  const after = readCursor(query.cursor, mark, PLACE);
  if (!after.ok) return after;
  const wanted = { filter, limit: query.limit, mine: mine === 'true' };
  const { gates, next } = await collect(ask, wanted, placeIn(after.value));
  return ok({
    gates,
    count: gates.length,
    ...(next === null ? {} : { nextCursor: writeCursor(next, mark) }),
  });
}

interface Wanted {
  readonly filter: GateFilter;
  readonly limit: number;
  readonly mine: boolean;
}

/** A page, and where the next one begins; null where there is none. */
async function collect(
  ask: Ask,
  { filter, limit, mine }: Wanted,
  begin: GatePlace,
): Promise<{ readonly gates: InboxGate[]; readonly next: string | null }> {
  const gates: InboxGate[] = [];
  const eligible = eligibleIn(ask);
  let place = begin;
  let chars = 0;
  for (let looked = 0; looked < LOOKED_AT_MAX; looked += limit) {
    const rows = await listGateRows(platformDb(ask.env), filter, { place, limit: limit + 1 });
    for (const row of rows.slice(0, limit)) {
      const gate = await inboxGate(ask, row, eligible);
      const isMine = gate.canDecide && gate.myVote === null;
      if (!mine || isMine) gates.push(gate);
      if (!mine || isMine) chars += row.body.length;
      place = row;
      const isFull = gates.length === limit || chars > CHARS_MAX;
      if (isFull) return { gates, next: row === rows.at(-1) ? null : placeOf(row) };
    }
    if (rows.length <= limit) return { gates, next: null };
  }
  return { gates, next: `${place.expiresAt}_${place.id}` };
}
