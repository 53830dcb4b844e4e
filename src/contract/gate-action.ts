// What people are asked about, a form a type. All that changes the effect stands in it, and nothing else.

import { z } from 'zod';

const text = (max: number) => z.string().min(1).max(max);
const name = text(200);
const place = text(4_096);
const digest = text(200);

const artifacts = z
  .array(z.strictObject({ name, sha256: digest, bytes: z.int().min(0) }))
  .max(100)
  .optional();

/** `target` is what it is done to, `params` is what is done. */
const form = <T extends string, A extends z.ZodRawShape, P extends z.ZodRawShape>(
  type: T,
  target: A,
  params: P,
) =>
  z.strictObject({
    type: z.literal(type),
    target: z.strictObject(target),
    params: z.strictObject(params),
    artifacts,
  });

const repo = place.optional();
const anything = z.record(z.string(), z.unknown());

/** The action of a gate as somebody may ask for it: one strict form a type. */
export const AskedAction = z
  .discriminatedUnion('type', [
    form('gate.default', { taskId: name, gate: name }, { attempt: z.int() }),
    form(
      'stage.continue',
      { taskId: name, stage: name },
      { next: name, attempt: z.int(), outputsSha256: digest, tree: digest.optional() },
    ),
    form(
      'git.commit',
      { repo, branch: name },
      {
        base: digest.optional(),
        tree: digest.optional(),
        message: text(10_000),
        files: z.array(place).max(1_000).optional(),
        fileCount: z.int().min(0).optional(),
      },
    ),
    form(
      'git.push',
      { repo, remote: place, branch: name },
      { head: digest, force: z.boolean().optional() },
    ),
    form(
      'git.merge',
      { repo, into: name, branch: name },
      { head: digest.optional(), base: digest.optional(), strategy: name },
    ),
    form('tool.call', { tool: name }, { input: anything, cwd: place.optional() }),
    form(
      'shell.exec',
      {},
      { argv: z.array(z.string().max(32_768)).min(1).max(1_000), cwd: place.optional() },
    ),
    form(
      'deploy',
      { environment: name, deploymentId: name.optional() },
      { release: text(1_000).optional() },
    ),
    form('budget.extend', { limit: name }, { unit: name, from: text(40), to: text(40) }),
    form('custom', { name }, { data: anything }),
  ])
  .meta({ id: 'AskedAction' });
export type AskedAction = z.infer<typeof AskedAction>;
