import { z } from 'zod';

export const Model = z.string().min(1).max(100);
export const Tool = z.string().min(1).max(100);

/** An agent as every reader may see it: never its prompt. */
export const Agent = z
  .object({
    name: z.string(),
    description: z.string(),
    tools: z.array(Tool),
    model: Model,
  })
  .meta({ id: 'Agent' });
export type Agent = z.infer<typeof Agent>;

/** One step of a workflow. Stages run one at a time in dependency order, ties as listed. */
export const WorkflowStage = z
  .object({
    name: z.string(),
    agent: z.string(),
    description: z.string(),
    dependsOn: z.array(z.string()),
    inputs: z.array(z.string()),
    outputs: z.array(z.string()),
    gate: z.string().optional(),
    writes: z.boolean(),
    timeout: z.number().int().meta({ description: 'Seconds.' }),
    maxRetries: z.number().int(),
  })
  .meta({ id: 'WorkflowStage' });
export type WorkflowStage = z.infer<typeof WorkflowStage>;

export const Workflow = z
  .object({
    name: z.string(),
    description: z.string(),
    triggers: z.array(z.string()),
    stages: z.array(WorkflowStage),
  })
  .meta({ id: 'Workflow' });
export type Workflow = z.infer<typeof Workflow>;

export const AgentList = z.object({ agents: z.record(z.string(), Agent) });
export const WorkflowList = z.object({ workflows: z.record(z.string(), Workflow) });
