import type { ConfigGate } from '../contract/config-workflow.ts';
import type { PlannedGate } from '../contract/plan.ts';
import type { Autonomy } from '../contract/task.ts';
import type { WorkflowStage } from '../contract/workflow-stage.ts';
import { GATE_POLICIES } from './gates.ts';

function fromConfig(gate: ConfigGate, stages: readonly WorkflowStage[]): PlannedGate[] {
  const { name, trigger, required, approvers, quorum, timeout } = gate;
  const isMerge = trigger === 'before:merge';
  const stage = isMerge ? stages.at(-1)?.name : trigger.slice('after:'.length);
  if (!required || stage === undefined || !stages.some((known) => known.name === stage)) return [];
  return [
    {
      name,
      source: 'config',
      at: 'after',
      stage,
      ...(isMerge ? { guards: 'merge' } : {}),
      ...(approvers.length === 0 ? {} : { approvers }),
      ...(quorum === 1 ? {} : { quorum }),
      ...(timeout === undefined ? {} : { timeoutMinutes: timeout }),
    },
  ];
}

const fromStages = (stages: readonly WorkflowStage[]): PlannedGate[] =>
  stages.flatMap(({ name, gate }) =>
    gate === undefined ? [] : [{ name: gate, source: 'workflow', at: 'after', stage: name }],
  );

/** Two gates of one name at one place are one, as strict as both; elsewhere the later one gets a name of its own. */
function joined(gates: readonly PlannedGate[]): PlannedGate[] {
  const all: PlannedGate[] = [];
  for (const gate of gates) {
    const index = all.findIndex(({ name }) => name === gate.name);
    const twin = all[index];
    if (twin === undefined) all.push(gate);
    else if (twin.at === gate.at && twin.stage === gate.stage) all[index] = both(twin, gate);
    else all.push({ ...gate, name: freeName(`${gate.name}:${gate.stage}`, all) });
  }
  return all;
}

/** Of two gates at one place the later one's terms, and as many people as the stricter one asks for; a subtask is spared it only if it would be spared both. */
function both(twin: PlannedGate, gate: PlannedGate): PlannedGate {
  const quorum = Math.max(twin.quorum ?? 1, gate.quorum ?? 1);
  const { guards: _, ...joint } = { ...twin, ...gate };
  const whole = quorum === 1 ? joint : { ...joint, quorum };
  return twin.guards === gate.guards && gate.guards !== undefined
    ? { ...whole, guards: gate.guards }
    : whole;
}

/** A name by which the gate can be asked for: of legal letters, at most 100 of them. */
function freeName(name: string, gates: readonly PlannedGate[]): string {
  const isTaken = (wanted: string): boolean => gates.some((gate) => gate.name === wanted);
  const short = name.slice(0, 96);
  let [free, n] = [short, 2];
  while (isTaken(free)) {
    free = `${short}.${n}`;
    n += 1;
  }
  return free;
}

/** Every gate that a task will meet, in the order in which it meets them. */
export function plannedGates(
  stages: readonly WorkflowStage[],
  autonomy: Autonomy,
  config: readonly ConfigGate[],
): PlannedGate[] {
  const gates = joined([
    ...GATE_POLICIES[autonomy](stages),
    ...fromStages(stages),
    ...config.flatMap((gate) => fromConfig(gate, stages)),
  ]);
  const place = ({ stage }: PlannedGate): number => stages.findIndex(({ name }) => name === stage);
  return gates.toSorted((a, b) => place(a) - place(b));
}
