// What falls due at gates: an approval whose wait is over, a question that nobody has answered, an approval unused.

import type { Gate } from '../../../contract/gate.ts';
import { advance } from '../../advance.ts';
import type { Course } from '../../course.ts';
import { gateDueAt, isFilled } from '../../deadlines.ts';
import { bindingHash, policyHash } from '../../gate-binding.ts';
import { policyOf, toldPolicy } from '../../gate-policy.ts';
import { nextStep } from '../../next-step.ts';
import { isWorking } from '../../task.ts';
import { approve } from './approve.ts';
import { CLOCK } from './decider.ts';
import { reject } from './reject.ts';

const byClock = ({ id, name, instance }: Gate) => ({
  gateId: id,
  gateName: name,
  instance,
  by: CLOCK.name,
  byId: CLOCK.id,
});

/** Others are asked too, for as long again; the next silence is a no. */
function escalate(course: Course, gate: Gate): Course {
  const { state, nowMs } = course;
  const before = policyOf(gate);
  const { from, escalateTo, expiresInSeconds } = before;
  const all = from === null ? null : [...new Set([...from, ...escalateTo])];
  const policy = toldPolicy({ ...before, from: all, onExpiry: 'reject', escalateTo: [] });
  const bound = { ...gate, policy, policyHash: policyHash(policy) };
  return course.add({
    type: 'gate:escalated',
    data: {
      ...byClock(gate),
      status: state.status,
      reason: 'timeout',
      changed: {
        policy,
        policyHash: bound.policyHash,
        bindingHash: bindingHash(state, bound),
        expiresAt: new Date(nowMs + expiresInSeconds * 1_000).toISOString(),
        ...(all === null ? {} : { approvers: all }),
      },
    },
  });
}

/** An approval that nobody has used in time is none any more: where the task still needs it, people are asked again. */
function lapse(course: Course, gate: Gate): Course {
  course.add({
    type: 'gate:cancelled',
    data: {
      ...byClock(gate),
      status: course.state.status,
      reason: 'timeout',
      changed: { state: 'expired', status: 'rejected', reason: 'timeout' },
    },
  });
  if (course.state.work?.gateId === gate.id) course.endLease('gate');
  const { status } = course.state;
  const goesOn = isWorking(status) || status === 'queued';
  return goesOn && nextStep(course.state).do === 'gate' ? advance(course) : course;
}

/** A quorum that was filled before its wait was over counts from then on, unless the time had run out by then. */
function approveFilled(course: Course, gate: Gate): Course {
  const { votes = [] } = gate;
  const last = votes.at(-1);
  const decider = { name: last?.approver ?? CLOCK.name, id: last?.approverId ?? CLOCK.id };
  return approve(course, gate, { decider, comment: last?.comment, votes });
}

/** What is due at this gate happens. */
export function ringGate(course: Course, gate: Gate): Course {
  if (gate.state === 'approved') return lapse(course, gate);
  const { notBefore = '', expiresAt = '' } = gate;
  if (isFilled(gate) && Date.parse(notBefore) <= Date.parse(expiresAt)) {
    return approveFilled(course, gate);
  }
  if (policyOf(gate).onExpiry === 'escalate') return escalate(course, gate);
  return reject(course, gate, { decider: CLOCK, reason: 'timeout' });
}

/** Whatever is due at the gates of a task happens, each once. */
export function decideGateClock(course: Course): Course {
  for (const { id } of course.state.gates) {
    const gate = course.state.gates.find((known) => known.id === id);
    const dueAt = gate === undefined ? null : gateDueAt(course.state, gate);
    if (gate !== undefined && dueAt !== null && dueAt <= course.nowMs) ringGate(course, gate);
  }
  return course;
}
