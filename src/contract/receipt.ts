import { z } from 'zod';
import { GateContext, GateRequester } from './gate.ts';

/** `typ` of the header of a receipt (RFC 8725, 3.11): no receipt passes as a token, no token as a receipt. */
export const RECEIPT_TYPE = 'sluice-receipt+jwt';
export const CHECKPOINT_TYPE = 'sluice-checkpoint+jwt';

/** A checkpoint is signed each time so many events have come. */
export const CHECKPOINT_EVENTS = 10_000;

export const ReceiptKind = z.enum([
  'gate.decision',
  'gate.consumed',
  'gate.expired',
  'standing.use',
]);
export type ReceiptKind = z.infer<typeof ReceiptKind>;

const text = z.string();

const ReceiptVote = z.strictObject({
  sub: text,
  decision: text,
  at: text,
  amr: z.array(text),
  authTime: text.nullable(),
  via: text.nullable(),
  commentHash: text.nullable().meta({ description: 'Of the comment, which is not told.' }),
  delegatedBy: text.nullable(),
});
export type ReceiptVote = z.infer<typeof ReceiptVote>;

/** What a receipt says, signed as a compact JWS whose payload is in the form of RFC 8785. */
export const Receipt = z
  .strictObject({
    v: z.literal(1),
    iss: text,
    jti: text.meta({ example: 'rcp_…' }),
    iat: z.int(),
    kind: ReceiptKind,
    project: text,
    task: text,
    attempt: z.int(),
    gate: z.strictObject({ id: text, name: text, instance: z.int(), source: text }),
    decision: text,
    actionHash: text,
    bindingHash: text.nullable(),
    nonce: text.nullable(),
    policyHash: text.nullable(),
    required: z.int(),
    requester: GateRequester.nullable(),
    context: GateContext.nullable(),
    votes: z.array(ReceiptVote),
    consumed: z
      .strictObject({
        sub: text,
        leaseId: text.nullable(),
        epoch: z.int().nullable(),
        at: text,
        effectiveHash: text.nullable(),
      })
      .nullable(),
    log: z.strictObject({ seq: z.int(), hash: text }).meta({
      description: 'The event that it is the receipt of, and the hash of the block with it.',
    }),
    assurance: z.enum(['verified', 'open']).meta({
      description: '`open`: in open mode, where every process of the machine can be its owner.',
    }),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;

/** What a checkpoint says: how far the log had come, signed. */
export const Checkpoint = z
  .strictObject({
    v: z.literal(1),
    iss: text,
    project: text,
    task: text,
    seq: z.int(),
    hash: text,
    blocks: z.int(),
    at: text,
  })
  .meta({ id: 'Checkpoint' });
export type Checkpoint = z.infer<typeof Checkpoint>;

export const ReceiptList = z.object({
  receipts: z.array(text.meta({ description: 'A compact JWS; its payload is a Receipt.' })),
});
export type ReceiptList = z.infer<typeof ReceiptList>;
