import { z } from 'zod';
import { count, flag, oneOf, word, words } from './config-field.ts';

const ENTRIES_MAX = 50;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;
const nameError = 'must be 1 to 100 of A-Z, a-z, 0-9 and . _ : -';

/** Entries by name. */
export const named = <S extends z.ZodType>(entry: S) =>
  z
    .record(z.string().regex(NAME, nameError), entry, { error: 'must be an object' })
    .refine((all) => Object.keys(all).length <= ENTRIES_MAX, 'must be 50 entries or less');

const name = z.string({ error: 'must be a string' }).regex(NAME, nameError);
/** Of a gate, or of a stage, which may have one of its name: routes take an id there, and the limits have one of their own. */
const gateName = name.regex(/^(?!gate_|budget$)/, 'must be neither budget nor the id of a gate');
const text = (max: number) =>
  z.string({ error: 'must be a string' }).max(max, `must be ${max} characters or less`);

/** An agent of the project's own. `inherit` takes the model that `models` has for implementation. */
export const CustomAgent = z
  .strictObject({
    name: name.optional(),
    description: word.max(1_000),
    tools: words.default([]),
    model: word.default('sonnet'),
    skills: words.optional(),
    prompt: text(20_000).optional(),
  })
  .meta({ id: 'CustomAgent' });
export type CustomAgent = z.infer<typeof CustomAgent>;

/** A stage; what is left out has the defaults of the built-in ones. */
const CustomStage = z.strictObject({
  name: gateName,
  agent: name,
  description: text(1_000).default(''),
  dependsOn: words.default([]),
  inputs: words.default([]),
  outputs: words.default([]),
  gate: gateName.optional(),
  writes: flag.default(false),
  timeout: count(1, 604_800).default(3_600),
  maxRetries: count(0, 10).default(2),
});

/** A workflow of the project's own. One with the name of a built-in workflow replaces it. */
export const CustomWorkflow = z
  .strictObject({
    name: name.optional(),
    description: text(1_000).default(''),
    triggers: words.default(['manual']),
    stages: z
      .array(CustomStage, { error: 'must be a list of stages' })
      .min(1, 'must have a stage')
      .max(ENTRIES_MAX, 'must be 50 entries or less'),
  })
  .meta({ id: 'CustomWorkflow' });
export type CustomWorkflow = z.infer<typeof CustomWorkflow>;

const TRIGGER = /^(before:merge|after:.{1,100}|tool:[^\n]{1,200})$/;
const DAY_S = 86_400;

/** A gate of the project's own, beside those of a task's autonomy. `timeout` in minutes: then it is rejected. */
export const ConfigGate = z
  .strictObject({
    name: gateName,
    trigger: z
      .string({ error: 'must be a string' })
      .regex(TRIGGER, 'must be before:merge, after:<stage> or tool:<tool call>'),
    required: flag.default(true),
    approvers: words.default([]),
    quorum: count(1, 50).default(1),
    timeout: count(1, 525_600).optional(),
    environments: words
      .optional()
      .meta({ description: 'Those in whose tasks it stands; absent: all.' }),
    preventSelfApproval: flag.optional(),
    waitSeconds: count(0, 30 * DAY_S).optional(),
    expiresInSeconds: count(1, 30 * DAY_S).optional(),
    onExpiry: oneOf(['reject', 'escalate']).optional(),
    escalateTo: z.array(word, { error: 'must be a list of strings' }).max(20).optional(),
    allowEdit: flag.optional(),
    requireActionHash: flag.optional(),
    stepUpSeconds: count(0, DAY_S).optional(),
    consumeWithinSeconds: count(1, 30 * DAY_S).optional(),
  })
  .meta({ id: 'ConfigGate' });
export type ConfigGate = z.infer<typeof ConfigGate>;
