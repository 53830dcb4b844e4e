import type { ApprovalPolicy } from '../contract/approval.ts';
import type { ConfigGate } from '../contract/config-workflow.ts';
import type { PlannedGate, ToolGate } from '../contract/plan.ts';
import type { Autonomy } from '../contract/task.ts';
import type { WorkflowStage } from '../contract/workflow-stage.ts';
import { mergePolicies, protectedPolicy, STAGE_POLICY, wholePolicy } from './gate-policy.ts';
import { GATE_POLICIES } from './gates.ts';
import { present } from './present.ts';

/** What a gate of the config asks for beside its place. */
function termsOf(
  gate: ConfigGate,
): Pick<PlannedGate, 'approvers' | 'quorum' | 'timeoutMinutes' | 'policy'> {
  const { approvers, quorum, timeout } = gate;
  const policy = present({
    preventSelfApproval: gate.preventSelfApproval,
    waitSeconds: gate.waitSeconds,
    expiresInSeconds: gate.expiresInSeconds,
    onExpiry: gate.onExpiry,
    escalateTo: gate.escalateTo,
    allowEdit: gate.allowEdit,
    requireActionHash: gate.requireActionHash,
    stepUpSeconds: gate.stepUpSeconds,
    consumeWithinSeconds: gate.consumeWithinSeconds,
  });
  return {
    ...(approvers.length === 0 ? {} : { approvers }),
    ...(quorum === 1 ? {} : { quorum }),
    ...(timeout === undefined ? {} : { timeoutMinutes: timeout }),
    ...(Object.keys(policy).length === 0 ? {} : { policy }),
  };
}

/** Those of the config that stand in tasks of this environment. */
const inPlace = (config: readonly ConfigGate[], environment: string | undefined) =>
  config.filter(
    ({ required, environments }) =>
      required &&
      (environments === undefined ||
        environment === undefined ||
        environments.includes(environment)),
  );

const TOOL = 'tool:';

/** The gates before calls of tools, by what they match. */
export const toolGates = (
  config: readonly ConfigGate[],
  environment?: string,
): readonly ToolGate[] =>
  inPlace(config, environment).flatMap((gate) =>
    gate.trigger.startsWith(TOOL)
      ? [{ name: gate.name, match: gate.trigger.slice(TOOL.length), ...termsOf(gate) }]
      : [],
  );

function fromConfig(gate: ConfigGate, stages: readonly WorkflowStage[]): PlannedGate[] {
  const { name, trigger } = gate;
  const isMerge = trigger === 'before:merge';
  const stage = isMerge ? stages.at(-1)?.name : trigger.slice('after:'.length);
  if (stage === undefined || !stages.some((known) => known.name === stage)) return [];
  const at = { name, source: 'config', at: 'after', stage, ...termsOf(gate) } as const;
  return [isMerge ? { ...at, guards: 'merge' } : at];
}

/** The gate before a merge in a protected environment. */
function fromProtection(
  stages: readonly WorkflowStage[],
  approval: ApprovalPolicy | undefined,
): PlannedGate[] {
  const stage = stages.at(-1)?.name;
  if (approval === undefined || stage === undefined) return [];
  const { from, required, ...policy } = protectedPolicy(approval);
  return [
    {
      name: 'environment',
      source: 'environment',
      at: 'merge',
      stage,
      guards: 'merge',
      ...(from === null ? {} : { approvers: from }),
      ...(required === 1 ? {} : { quorum: required }),
      policy,
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

/** Of two gates at one place one that is as strict as both; a subtask is spared it only if it would be spared both. */
function both(twin: PlannedGate, gate: PlannedGate): PlannedGate {
  const { from, required, ...policy } = mergePolicies(wholePolicy(twin), wholePolicy(gate));
  const { name, source, at, stage } = gate;
  const guards = twin.guards === gate.guards ? gate.guards : undefined;
  const minutes = [twin.timeoutMinutes, gate.timeoutMinutes].filter((time) => time !== undefined);
  const other = Object.entries(policy).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(USUAL.get(key)),
  );
  return {
    name,
    source,
    at,
    stage,
    ...(guards === undefined ? {} : { guards }),
    ...(from === null ? {} : { approvers: from }),
    ...(required === 1 ? {} : { quorum: required }),
    ...(minutes.length === 0 ? {} : { timeoutMinutes: Math.min(...minutes) }),
    ...(other.length === 0 ? {} : { policy: Object.fromEntries(other) }),
  };
}

const USUAL: ReadonlyMap<string, unknown> = new Map(Object.entries(STAGE_POLICY));

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

/** Where a task runs, as far as that puts gates in its way. */
export interface GatePlace {
  readonly environment?: string | undefined;
  /** What its environment asks for where that is protected. */
  readonly protection?: ApprovalPolicy | undefined;
}

/** Every gate that a task will meet, in the order in which it meets them. */
export function plannedGates(
  stages: readonly WorkflowStage[],
  autonomy: Autonomy,
  config: readonly ConfigGate[],
  { environment, protection }: GatePlace = {},
): PlannedGate[] {
  const gates = joined([
    // First, so that its name is its own.
    ...fromProtection(stages, protection),
    ...GATE_POLICIES[autonomy](stages),
    ...fromStages(stages),
    ...inPlace(config, environment).flatMap((gate) => fromConfig(gate, stages)),
  ]);
  const place = ({ stage, at }: PlannedGate): number =>
    at === 'merge' ? stages.length : stages.findIndex(({ name }) => name === stage);
  return gates.toSorted((a, b) => place(a) - place(b));
}
