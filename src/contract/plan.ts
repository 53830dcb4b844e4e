import { z } from 'zod';
import { GitConfig, Limits, Price, ProjectConfig, WorkspaceConfig } from './config.ts';
import { GateSource } from './gate.ts';
import { PolicyTerms } from './gate-policy.ts';
import { WorkflowStage } from './workflow-stage.ts';

/** Where an autonomy level or a config puts a gate. */
export const PlannedGate = z.object({
  name: z.string(),
  source: GateSource,
  at: z.enum(['commit', 'after', 'merge']).meta({
    description:
      '`after`: when the stage has completed. `commit`: when its changes are to be committed for the first time. `merge`: when all else is done.',
  }),
  stage: z.string(),
  guards: z.literal('merge').optional().meta({ description: 'A subtask has no such gate.' }),
  approvers: z.array(z.string()).optional(),
  quorum: z.number().int().optional(),
  timeoutMinutes: z.number().optional(),
  policy: PolicyTerms.optional().meta({ description: 'What else it asks for beyond the usual.' }),
});
export type PlannedGate = z.infer<typeof PlannedGate>;

/** A gate before every call of a tool that fits: whoever runs the agent asks for it. */
export const ToolGate = z.object({
  name: z.string(),
  match: z.string().meta({ example: 'Bash(git push *)' }),
  approvers: z.array(z.string()).optional(),
  quorum: z.number().int().optional(),
  timeoutMinutes: z.number().optional(),
  policy: PolicyTerms.optional(),
});
export type ToolGate = z.infer<typeof ToolGate>;

/**
 * Everything that a task was created with and that its later course depends on. It stands in `task:created`, so a
 * change of the config never changes a running task, and a replay needs nothing but the log.
 */
export const Plan = z.object({
  stages: z.array(
    z.object({
      ...WorkflowStage.shape,
      model: z.string(),
      tools: z.array(z.string()),
      skills: z.array(z.string()).optional(),
    }),
  ),
  gates: z.array(PlannedGate),
  toolGates: z.array(ToolGate).optional(),
  limits: Limits,
  prices: z.record(z.string(), Price),
  config: z.object({ project: ProjectConfig, git: GitConfig, workspace: WorkspaceConfig }),
});
export type Plan = z.infer<typeof Plan>;
