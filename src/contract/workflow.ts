import { z } from 'zod';
import { WorkflowStage } from './workflow-stage.ts';

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
