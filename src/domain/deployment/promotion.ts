// From when all stages are done: what a deployment waits for, and what makes it live.

import type { Approval } from '../../contract/approval.ts';
import type { DeploymentRecord } from '../../contract/deployment.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import { isoOf } from '../../contract/instant.ts';
import { checkVoter, isApproved, openApproval, type Voter, withVote } from '../approval.ts';
import type { Facts, Place, Promote } from './command.ts';
import { isDone } from './stages.ts';

const VOTES_MAX = 50;

const HUMAN_REQUIRED = refuse(
  'human_required',
  'The environment is protected: a person who may decide gates has to promote.',
);
const ARTIFACT_REQUIRED = refuse('artifact_required', 'There is no artifact to promote.');
const NEWER_LIVE = refuse(
  'newer_deployment_live',
  'A newer deployment is live in this environment.',
  { hint: 'Promote with force to replace it all the same.' },
);
const NOWHERE = refuse('invalid_transition', 'The environment does not exist any more.');

/** Ids sort by creation. */
const isNewerLive = ({ id }: DeploymentRecord, { currentDeploymentId }: Place): boolean =>
  currentDeploymentId !== null && currentDeploymentId > id;

/** In a protected environment people are asked, by the rule of the moment and until that expires. */
function held(record: DeploymentRecord, { place, now }: Facts): DeploymentRecord {
  const rule = place?.rule ?? null;
  if (record.approval !== null || rule === null) return record;
  const approval = openApproval(rule, now);
  return { ...record, approval, deadlineAt: approval.expiresAt };
}

/** Live from now on. `by` is null where nobody has asked for it. */
function promoted(record: DeploymentRecord, by: string | null, now: number): DeploymentRecord {
  const at = isoOf(now);
  return {
    ...record,
    state: 'succeeded',
    artifacts: record.artifacts.map((artifact) => ({ ...artifact, promotedAt: at })),
    promotedAt: at,
    promotedBy: by,
    finishedAt: at,
  };
}

/** Once all stages are done it is ready, and promoted where nothing has to be waited for. */
export function settled(record: DeploymentRecord, facts: Facts): DeploymentRecord {
  if (!record.stages.every(isDone)) return record;
  const { place, now } = facts;
  const isReady = record.state === 'ready';
  const ready = held(isReady ? record : { ...record, state: 'ready', readyAt: isoOf(now) }, facts);
  const { autoPromote, approval, artifacts } = ready;
  const waits = !autoPromote || approval !== null || artifacts.length === 0 || place === null;
  return waits || isNewerLive(ready, place) ? ready : promoted(ready, null, now);
}

/** Somebody promotes a ready deployment: at once, or with one approval of several. */
export function promote(
  record: DeploymentRecord,
  command: Promote,
  facts: Facts,
): Result<DeploymentRecord> {
  const { place, now } = facts;
  if (place === null) return NOWHERE;
  const waiting = held(record, facts);
  const { approval, artifacts } = waiting;
  const { voter, force, by } = command;
  if (approval !== null) {
    if (voter === null) return HUMAN_REQUIRED;
    const asked = checkVoter(approval, voter, waiting.requesters);
    if (!asked.ok) return asked;
  }
  if (artifacts.length === 0) return ARTIFACT_REQUIRED;
  if (isNewerLive(record, place) && !force && !approval?.forced) return NEWER_LIVE;
  if (approval === null || voter === null) return ok(promoted(waiting, by, now));
  return vote(waiting, { ...facts, approval, voter, force });
}

interface Voting extends Facts {
  readonly approval: Approval;
  readonly voter: Voter;
  readonly force: boolean;
}

function vote(record: DeploymentRecord, voting: Voting): Result<DeploymentRecord> {
  const { approval, voter, force, now } = voting;
  const mine = { approverId: voter.id, approver: voter.name, at: isoOf(now) };
  const votes = withVote(approval.votes, mine);
  if (votes.length > VOTES_MAX) {
    return refuse('limit_reached', `A deployment has at most ${VOTES_MAX} approvals.`);
  }
  const isNew = votes !== approval.votes || (force && !approval.forced);
  const forced = approval.forced || force;
  const voted = isNew
    ? { ...record, approval: { ...approval, votes: [...votes], forced } }
    : record;
  return ok(isEnough(voted, voting) ? promoted(voted, voter.id, now) : voted);
}

/** Enough people who still may, and not before its time. */
function isEnough({ approval, requesters }: DeploymentRecord, { standings, now }: Facts): boolean {
  if (approval === null || now < Date.parse(approval.opensAt)) return false;
  return isApproved(approval, standings, requesters);
}

/** The wait is over: promoted if enough people have approved it, by the last of them. */
export function promotedInTime(record: DeploymentRecord, facts: Facts): DeploymentRecord {
  const { approval, artifacts, state } = record;
  const { place, now } = facts;
  if (state !== 'ready' || approval === null || artifacts.length === 0 || place === null) {
    return record;
  }
  if (!isEnough(record, facts) || (isNewerLive(record, place) && !approval.forced)) return record;
  return promoted(record, approval.votes.at(-1)?.approverId ?? null, now);
}
