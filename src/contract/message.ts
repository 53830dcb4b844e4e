import { z } from 'zod';
import { fieldText } from './field.ts';

/** What nobody has handed to an agent yet; more than these are refused. */
export const MESSAGES_MAX = 20;

export const MessageBody = z
  .object({ text: fieldText('Text', 10_000, { required: true, trim: true }) })
  .meta({ id: 'Message' });
export type MessageBody = z.infer<typeof MessageBody>;

export const MessageAnswer = z.object({ messageId: z.string() }).meta({ id: 'MessagePosted' });
export type MessageAnswer = z.infer<typeof MessageAnswer>;
