import type { Command } from '../contract/lease.ts';
import { GRACE_MS, HOLD_MS } from '../contract/timing.ts';
import type { Next, Work } from '../contract/work.ts';
import { budgetView } from './budget/budget-view.ts';
import { budgetOf } from './budget/limits.ts';
import { inputsOf, stagePrompt } from './prompt.ts';
import type { GivenWork, TaskState } from './task.ts';

/** The work that is handed out, as its runner reads it. */
export function workView(state: TaskState, work: GivenWork): Work {
  const index = state.plan.stages.findIndex(({ name }) => name === work.stage);
  const stage = state.plan.stages[index];
  const inputs = Object.fromEntries(inputsOf(state, stage));
  const { toolGates = [] } = state.plan;
  const agent =
    work.kind === 'stage' && stage !== undefined
      ? {
          agent: {
            name: stage.agent,
            model: stage.model,
            tools: stage.tools,
            prompt: stagePrompt(state, work),
          },
        }
      : {};
  return {
    workId: work.workId,
    kind: work.kind,
    stage: work.stage,
    index: index + 1,
    of: state.plan.stages.length,
    try: work.try,
    ...agent,
    inputs,
    outputs: work.kind === 'stage' ? [...(stage?.outputs ?? [])] : [],
    feedback: [...state.feedback],
    limits: {
      timeoutSeconds: stage?.timeout ?? 3_600,
      maxTurns: state.plan.limits.maxTurns,
      graceSeconds: GRACE_MS / 1_000,
    },
    ...(work.kind === 'stage' && toolGates.length > 0
      ? { toolGates: toolGates.map(({ match, name }) => ({ match, gate: name })) }
      : {}),
    ...(work.action === undefined ? {} : { action: work.action }),
    ...(work.kind === 'stage' ? {} : { gateId: work.gateId ?? null }),
  };
}

/** What the lease holder does next, from the state alone: so a repeated question gets the same answer. */
export function nextView(state: TaskState): Next {
  if (state.lease === undefined) return { do: 'stop', status: state.status, released: true };
  if (state.work !== undefined) return { do: 'work', work: workView(state, state.work) };
  const gate = state.gates.find(({ id }) => id === state.hold?.gateId);
  const gates = gate === undefined ? [] : [{ id: gate.id, name: gate.name }];
  return { do: 'hold', for: 'gate', gates, holdMs: HOLD_MS };
}

/** A gate that this lease holder has asked for is decided: what waits for it goes on, or is denied. */
function gateCommands({ gates, lease }: TaskState): Command[] {
  if (lease === undefined) return [];
  return gates.flatMap((gate) => {
    const { id, name, source, status, state = status, requiredAt } = gate;
    if (source !== 'request' || status === 'pending' || requiredAt < lease.grantedAt) return [];
    const at = gate.respondedAt ?? requiredAt;
    return [{ id: `cmd_${id}_${state}`, type: 'gate', at, data: { gateId: id, name, state } }];
  });
}

/** What was said since the present work was handed out; the rest stands in its prompt. */
function messageCommands({ messages = [], lease }: TaskState): Command[] {
  if (lease === undefined) return [];
  return messages
    .filter(({ workId }) => workId === undefined)
    .map(({ id, at, text, from }) => ({
      id: `cmd_${id}`,
      type: 'message',
      at,
      data: { text, from },
    }));
}

/** What the holder has to be told and has not yet acknowledged. `works` are those it knows of. */
export function commandsFor(
  state: TaskState,
  told: { readonly works: readonly string[]; readonly acks: ReadonlySet<string> },
): Command[] {
  const commands: Command[] = [];
  if (state.status === 'paused' && state.pausedAt !== undefined) {
    const data = { reason: state.pauseReason ?? 'manual', graceMs: GRACE_MS };
    commands.push({ id: `cmd_pause_${state.pausedAt}`, type: 'pause', at: state.pausedAt, data });
  }
  if (state.work !== undefined && !told.works.includes(state.work.workId)) {
    const { work } = state;
    const data = { work: workView(state, work) };
    commands.push({ id: `cmd_${work.workId}`, type: 'work', at: state.updatedAt, data });
  }
  commands.push(...gateCommands(state), ...messageCommands(state));
  const { lastTold } = budgetOf(state);
  // What was told before the lease began stands in its grant.
  if (lastTold !== undefined && lastTold.at >= (state.lease?.grantedAt ?? lastTold.at)) {
    const { at, limit, fraction } = lastTold;
    const data = budgetView(state, Date.parse(at));
    commands.push({ id: `cmd_budget_${limit}_${fraction}_${at}`, type: 'budget', at, data });
  }
  return commands.filter(({ id }) => !told.acks.has(id));
}
