import { z } from 'zod';

/** One step of a workflow. Stages run one at a time in dependency order, ties as listed. */
export const WorkflowStage = z
  .object({
    name: z.string(),
    agent: z.string(),
    description: z.string(),
    dependsOn: z.array(z.string()),
    inputs: z.array(z.string()).meta({
      description: 'Outputs of earlier stages that it is handed; none named: all of them.',
    }),
    outputs: z.array(z.string()),
    gate: z.string().optional().meta({ description: 'The name of a gate after it.' }),
    writes: z.boolean(),
    timeout: z.number().int().meta({ description: 'Seconds.' }),
    maxRetries: z.number().int(),
  })
  .meta({ id: 'WorkflowStage' });
export type WorkflowStage = z.infer<typeof WorkflowStage>;
