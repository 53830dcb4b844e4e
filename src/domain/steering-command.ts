import type { Asked } from './command.ts';

/** A person takes the task from whoever holds it. */
export interface ForceRelease extends Asked {
  readonly type: 'force-release';
  readonly reason: string;
}

/** A person says something to whoever works on the task, or answers what was asked. */
export interface PostMessage extends Asked {
  readonly type: 'post-message';
  readonly messageId: string;
  readonly text: string;
}

/** What a person asks of whoever is at work. */
export type SteeringCommand = ForceRelease | PostMessage;
