// What an agent asks people is said again in every event that carries its task, and an event is one row of 2 MB.

import { describe, expect, it } from 'vitest';
import { GateRequestBody, REQUESTS_MAX } from '../../src/contract/gate-request.ts';
import type { RequestGate } from '../../src/domain/gate-command.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, agentOf, RUNNER_A } from './actors.ts';
import { ask, BIRTH_MS, createCommand, refused, stateAfter, taken } from './world.ts';

const KIND = { workflow: 'bugfix', autonomy: 'full', maxRetries: 0 } as const;
const action = { type: 'custom', target: { name: 'x' }, params: { data: {} } };
const advisory = {
  summary: 's'.repeat(10_000),
  risk: 'r'.repeat(1_000),
  links: Array.from({ length: 20 }, () => 'l'.repeat(2_000)),
};

const request = (state: TaskState, change: Partial<RequestGate>): RequestGate => ({
  ...{ type: 'request-gate', now: BIRTH_MS, actor: agentOf(state, state.epoch) },
  ...{ name: 'x', action, blocking: false },
  ...change,
});

describe('what an agent asks people', () => {
  it('has room for so much, its explanations too, that the task can still be ended', () => {
    const lease = { leaseId: 'lse_1', runnerId: RUNNER_A.id, runnerName: 'a' };
    const claim = { type: 'claim', now: BIRTH_MS, actor: RUNNER_A, ...lease } as const;
    let state = stateAfter(stateAfter(null, createCommand(KIND)), claim);
    let opened = 0;
    for (; opened < REQUESTS_MAX; opened += 1) {
      const step = ask(state, request(state, { name: `g${opened}`, advisory }));
      if (!step.decided.ok) {
        expect(refused(step.decided).code).toBe('too_many_gates');
        break;
      }
      state = step.after ?? state;
    }
    expect(opened).toBeGreaterThan(3);
    const ended = ask(state, { type: 'cancel', now: BIRTH_MS, actor: ADA });
    taken(ended.decided);
    for (const event of ended.events) expect(JSON.stringify(event).length).toBeLessThan(1_000_000);
  });

  it.each([
    ['a wait that no calendar has', { waitSeconds: Number.MAX_SAFE_INTEGER }],
    ['an end that no calendar has', { expiresInSeconds: Number.MIN_SAFE_INTEGER }],
    ['an end that is over', { expiresInSeconds: 0 }],
  ])('is refused with %s', (_, policy) => {
    const body = GateRequestBody.safeParse({ name: 'push', action, policy });
    expect(body.success).toBe(false);
  });
});
