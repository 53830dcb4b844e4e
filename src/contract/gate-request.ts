// What a lease holder or its agent asks at a gate, and what an approver does there beside deciding.

import { z } from 'zod';
import { fieldText } from './field.ts';
import { GateAction, GateAdvisory } from './gate.ts';
import { AskedPolicy } from './gate-policy.ts';
import { Holder } from './holder.ts';

/** How many gates may be asked for in the life of a task. */
export const REQUESTS_MAX = 50;

const NAME = /^(?!gate_)(?!budget$)[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;
const NAME_RULE =
  'Name must be 1 to 100 of A-Z, a-z, 0-9 and . _ : -, neither budget nor the id of a gate';

/** An action as it comes; the rules of its type are the domain's, so that what is wrong is `invalid_action`. */
const sentAction = z.unknown().meta({
  type: 'object',
  description: 'A GateAction; `invalid_action` says what is wrong with it.',
});

const approver = fieldText('Approver', 200)
  .optional()
  .meta({ description: 'Believed without a credential in open mode alone.' });

const text = (name: string) => fieldText(name, 200, { required: true });

export const GateRequestBody = Holder.partial()
  .extend({
    name: fieldText('Name', 100, { required: true }).regex(NAME, NAME_RULE),
    action: sentAction,
    advisory: GateAdvisory.optional(),
    policy: AskedPolicy.optional(),
    blocking: z
      .boolean({ error: 'Blocking must be true or false' })
      .default(true)
      .meta({ description: 'Whether the task waits for the answer.' }),
  })
  .meta({
    id: 'GateRequest',
    description: 'A runner names its lease; the token of an agent names it by itself.',
  });
export type GateRequestBody = z.infer<typeof GateRequestBody>;

export const GateConsumeBody = Holder.extend({
  gateId: text('GateId'),
  nonce: text('Nonce'),
  actionHash: text('ActionHash'),
  consumeId: fieldText('ConsumeId', 100, { required: true }),
}).meta({ id: 'GateConsume' });
export type GateConsumeBody = z.infer<typeof GateConsumeBody>;

export const GateConsumed = z
  .object({
    ok: z.literal(true),
    action: GateAction.meta({ description: 'What is to be done now, exactly.' }),
    receipt: z.string().optional().meta({
      description: 'A compact JWS of the kind `gate.consumed`; absent while it cannot be signed.',
    }),
  })
  .meta({ id: 'GateConsumed' });
export type GateConsumed = z.infer<typeof GateConsumed>;

export const GateEditBody = z
  .object({
    action: sentAction,
    baseActionHash: text('BaseActionHash').meta({ description: 'Of the action that was seen.' }),
    approver,
    comment: fieldText('Comment', 10_000).optional(),
  })
  .meta({ id: 'GateEdit' });
export type GateEditBody = z.infer<typeof GateEditBody>;

export const GateDelegateBody = z
  .object({
    approver,
    to: fieldText('To', 100, { required: true }).meta({ example: 'usr_…' }),
    reason: fieldText('Reason', 1_000).optional(),
    expiresAt: z.iso
      .datetime({ error: 'ExpiresAt must be a UTC instant (2026-11-21T10:00:00Z)' })
      .optional(),
  })
  .meta({ id: 'GateDelegate' });
export type GateDelegateBody = z.infer<typeof GateDelegateBody>;

export const GateWithdrawBody = z
  .object({ approver, comment: fieldText('Comment', 10_000).optional() })
  .meta({ id: 'GateWithdraw' });
export type GateWithdrawBody = z.infer<typeof GateWithdrawBody>;
