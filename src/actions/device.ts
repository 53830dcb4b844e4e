// The page /device: a person says which device they have before them, and whether it may act for them.

import { formTokenOf, isFormToken } from '../auth/form-token.ts';
import { findClient } from '../auth/oauth-client.ts';
import { auditAfter } from '../db/audit.ts';
import { platformDb } from '../db/database.ts';
import { answerDevice, findPendingDevice, type PendingDevice } from '../db/device-approvals.ts';
import { countFailure, findFailures } from '../db/failures.ts';
import { insertGrantAfter } from '../db/grants.ts';
import { readUserCode } from '../domain/user-code.ts';
import { CHOOSE, type ConsentForm } from './consent.ts';
import { type ConsentView, chosenProjects, viewOfWish } from './consent-view.ts';
import { auditOfGrant, newGrant } from './grant-code.ts';
import type { PersonVisit } from './visit.ts';

/** Wrong codes in ten minutes, of one account or from one network, after which none is looked at. */
const WRONG_MAX = 10;
const WRONG_SPAN_MS = 600_000;

export type DeviceShown =
  | { readonly type: 'page'; readonly view: ConsentView; readonly again: string | null }
  | { readonly type: 'unknown' | 'locked' | 'gone' }
  | { readonly type: 'done'; readonly allowed: boolean };

/** What the device that shows this code asks for. Each wrong code counts. */
export async function showDevice(person: PersonVisit, typed: string): Promise<DeviceShown> {
  if (await isLocked(person)) return { type: 'locked' };
  const found = await findDevice(person, typed);
  if (found !== null) return page(person, found, null);
  await Promise.all(
    guessersOf(person).map((k) =>
      countFailure(platformDb(person.env), k, { now: person.now, spanMs: WRONG_SPAN_MS }),
    ),
  );
  return { type: (await isLocked(person)) ? 'locked' : 'unknown' };
}

export async function answerDeviceForm(
  person: PersonVisit,
  form: ConsentForm,
): Promise<DeviceShown> {
  const { env, now, signinId, caller } = person;
  const device = await findDevice(person, form.id);
  if (device === null) return { type: 'gone' };
  const question = { id: device.hash, signinId };
  if (!(await isFormToken(env, question, form.token))) return { type: 'gone' };
  const db = platformDb(env);
  const answer = { hash: device.hash, now, userId: caller.actor.id };
  if (form.decision !== 'allow') {
    const denied = answerDevice(db, { ...answer, state: 'denied', grantId: null });
    const { meta } = await denied.run();
    return meta.changes === 0 ? { type: 'gone' } : { type: 'done', allowed: false };
  }
  const projectIds = chosenProjects(person, form.projects);
  if (projectIds === undefined) return page(person, device, CHOOSE);
  const client = await findClient(env, device.clientId, now);
  if (client === null) return { type: 'gone' };
  const grant = newGrant(person, { client, request: device, projectIds });
  const [answered] = await db.batch([
    answerDevice(db, { ...answer, state: 'approved', grantId: grant.id }),
    insertGrantAfter(db, grant),
    auditAfter(db, auditOfGrant(person, grant)),
  ]);
  return answered?.meta.changes === 0 ? { type: 'gone' } : { type: 'done', allowed: true };
}

function findDevice({ env, now }: PersonVisit, typed: string): Promise<PendingDevice | null> {
  const code = readUserCode(typed);
  return code === null ? Promise.resolve(null) : findPendingDevice(platformDb(env), code, now);
}

async function page(
  person: PersonVisit,
  device: PendingDevice,
  again: string | null,
): Promise<DeviceShown> {
  const { env, now, signinId } = person;
  const client = await findClient(env, device.clientId, now);
  if (client === null) return { type: 'gone' };
  const { scopes, resources, userCode, hash } = device;
  const token = await formTokenOf(env, { id: hash, signinId });
  const wish = { client, scopes, resources, redirectUri: null };
  const view = await viewOfWish(person, wish, { id: userCode, token });
  return { type: 'page', view, again };
}

const guessersOf = ({ caller, ipPrefix }: PersonVisit): readonly string[] => [
  `device ${caller.actor.id}`,
  ...(ipPrefix === null ? [] : [`device ${ipPrefix}`]),
];

async function isLocked(person: PersonVisit): Promise<boolean> {
  const db = platformDb(person.env);
  const found = await Promise.all(guessersOf(person).map((k) => findFailures(db, k, person.now)));
  return found.some((count) => count >= WRONG_MAX);
}
