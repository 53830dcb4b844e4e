// Standing approvals: a person agrees beforehand to requests of one form, for a while, so often and for so much.

import { z } from 'zod';
import { fieldInteger, fieldText } from './field.ts';
import { ProjectId } from './id.ts';

export const STANDING_HOURS_MAX = 24;
export const STANDING_USES_MAX = 100;
/** That live in one project at a time. */
export const STANDING_MAX = 100;
const COST_MAX = 10_000;

/** Names the project that it lives in, and itself. */
export const STANDING_ID = /^sta_[0-9a-hjkmnp-tv-z]{52}$/;

const ANY = '*';
const pattern = (name: string) => fieldText(name, 4_096, { required: true });
const members = z.record(z.string().max(200), z.unknown());
const cwd = fieldText('Cwd', 4_096).optional();

/** What requests it is for. `*` in the place of a text is one whole one, whatever it says. */
export const StandingMatch = z
  .discriminatedUnion(
    'type',
    [
      z.strictObject({
        type: z.literal('shell.exec'),
        argv: z
          .array(fieldText('Argv', 4_096))
          .min(1, 'Argv is required')
          .max(100, 'Argv must be 100 arguments or fewer')
          .refine(([program]) => program !== ANY, 'Argv must name the program')
          .meta({ description: '`*` is one whole argument, a last `*` the rest.' }),
        cwd,
      }),
      z.strictObject({
        type: z.literal('tool.call'),
        tool: pattern('Tool').refine((tool) => tool !== ANY, 'Tool must be named'),
        input: members.meta({ description: 'Exactly these members; `*` is any value of one.' }),
        cwd,
      }),
      z.strictObject({
        type: z.literal('git.push'),
        remote: pattern('Remote'),
        branch: pattern('Branch')
          // No branch has a star in its name, so such a pattern would agree to nothing.
          .refine((branch) => branch === ANY || !branch.includes(ANY), {
            error: 'Branch must be a whole name, or * for any',
          })
          .meta({ description: 'Never with force.' }),
      }),
      z.strictObject({
        type: z.literal('custom'),
        name: pattern('Name').refine((name) => name !== ANY, 'Name must be given'),
        data: members,
      }),
    ],
    { error: 'Match must have a type of: shell.exec, tool.call, git.push, custom' },
  )
  .meta({ id: 'StandingMatch' });
export type StandingMatch = z.infer<typeof StandingMatch>;

const COST_RULE = `MaxCostUsd must be a number from 0.01 to ${COST_MAX}`;
const INSTANT_RULE = 'ExpiresAt must be an instant (ISO 8601, UTC)';

export const CreateStandingBody = z
  .strictObject({
    projectId: ProjectId.optional(),
    match: StandingMatch,
    environment: fieldText('Environment', 100, { required: true }),
    maxUses: fieldInteger('MaxUses', 1, STANDING_USES_MAX),
    maxCostUsd: z
      .number({ error: COST_RULE })
      .min(0.01, COST_RULE)
      .max(COST_MAX, COST_RULE)
      .optional()
      .meta({ description: 'What its tasks may spend from their first use of it on.' }),
    expiresAt: z.iso
      .datetime({ error: INSTANT_RULE })
      .meta({ description: `At most ${STANDING_HOURS_MAX} hours away.` }),
  })
  .meta({ id: 'CreateStandingApproval' });
export type CreateStandingBody = z.infer<typeof CreateStandingBody>;

export const Standing = z
  .object({
    id: z.string(),
    projectId: z.string(),
    match: StandingMatch,
    environment: z.string(),
    maxUses: z.int(),
    maxCostUsd: z.number().optional(),
    expiresAt: z.string(),
    createdBy: z.string(),
    createdAt: z.string(),
    uses: z.int(),
    costUsd: z.number().meta({
      description: 'What its tasks have spent between their first and their latest use of it.',
    }),
  })
  .meta({ id: 'StandingApproval' });
export type Standing = z.infer<typeof Standing>;

export const StandingList = z
  .object({ standing: z.array(Standing), count: z.int() })
  .meta({ id: 'StandingApprovals' });
export type StandingList = z.infer<typeof StandingList>;
