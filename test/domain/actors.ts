// Everybody who may ask something of a task.

import type { Actor } from '../../src/contract/principal.ts';
import type { VoterFacts } from '../../src/domain/gate-command.ts';
import type { TaskState } from '../../src/domain/task.ts';

export const PROJECT_ID = 'prj_00000000000000000000000000';

export const member = (kind: Actor['kind'], id: string, name: string): Actor => ({
  id,
  name,
  kind,
  scopes: [],
  projects: { [PROJECT_ID]: 'owner' },
  defaultProjectId: PROJECT_ID,
  open: false,
});

export const LOCAL: Actor = {
  ...member('person', 'usr_local', 'local'),
  projects: 'all',
  open: true,
};
export const ADA = member('person', 'usr_ada', 'Ada');
export const BOB = member('person', 'usr_bob', 'Bob');
/** The people of the project, as a decision is told of them. */
export const MEMBERS: VoterFacts = {
  standings: { usr_ada: 'owner', usr_bob: 'owner', usr_local: 'owner' },
  eligible: 2,
};
export const SERVICE = member('service', 'svc_ci', 'ci');
export const RUNNER_A = member('runner', 'run_a', 'a');
export const RUNNER_B = member('runner', 'run_b', 'b');
/** A person of another project: the task does not exist for her. */
export const FOREIGNER: Actor = {
  ...member('person', 'usr_eve', 'Eve'),
  projects: { prj_other: 'owner' },
};

/** The agent that was started under this epoch of this task. */
export const agentOf = (state: TaskState, epoch: number): Actor => ({
  ...member('agent', `agt_${epoch}`, 'agent'),
  task: { id: state.id, attempt: state.attempt, epoch },
});

/** An agent of the same project that was started for another task. */
export const agentElsewhere = (state: TaskState): Actor => ({
  ...agentOf(state, state.epoch),
  task: { id: 'task_other', attempt: 1, epoch: state.epoch },
});

export const runnerNamed = (id: string): Actor => (id === RUNNER_B.id ? RUNNER_B : RUNNER_A);

/** One of all those who may know the task, and some who may not. */
export function anybody(state: TaskState, draw: number): Actor {
  const everybody = [
    LOCAL,
    ADA,
    BOB,
    SERVICE,
    RUNNER_A,
    RUNNER_B,
    agentOf(state, state.epoch),
    agentOf(state, Math.max(0, state.epoch - 1)),
    agentElsewhere(state),
    FOREIGNER,
  ];
  return everybody[draw % everybody.length] ?? LOCAL;
}
