import { newId } from '../auth/id.ts';
import { ok, type Result } from '../contract/error.ts';
import type { MessageAnswer, MessageBody } from '../contract/message.ts';
import { dispatchWith } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { targetTask } from './target.ts';

/** Says something to whoever works on the task; it answers what a task that is paused for input has asked. */
export async function postMessage(
  ask: Ask,
  id: string,
  { text }: MessageBody,
): Promise<Result<MessageAnswer>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const messageId = newId('msg', now);
  const done = await dispatchWith(
    target.value,
    { type: 'post-message', now, actor, messageId, text },
    { asker: ask, made: { messageId } },
  );
  return done.ok ? ok(done.value.made) : done;
}
