// One sentence an event type, for the catalogue.

import type { TaskEventType } from './event.ts';
import type { PlatformType } from './platform-event.ts';

type UntoldGroup =
  | 'log'
  | 'agent'
  | 'artifact'
  | 'usage'
  | 'changes'
  | 'output'
  | 'checkpoint'
  | 'lease'
  | 'trash';
/** Those that are told outside their task: see `typeOfTaskEvent`. */
type ToldTaskEvent = Exclude<TaskEventType, `${UntoldGroup}:${string}` | 'budget:reserved'>;

export const PLATFORM_SENTENCES: Readonly<Record<PlatformType, string>> = {
  'deployment.created': 'A deployment was opened, by CI, a person or a task.',
  'deployment.succeeded': 'A deployment pipeline has completed, and its artifacts are promoted.',
  'deployment.failed': 'A pipeline has failed: at which stage, why, and what to do about it.',
  'deployment.cancelled': 'A deployment was cancelled before its end.',
  'incident.opened': 'An outage or a breach of an objective was found in a production environment.',
  'incident.acknowledged': 'A person has taken an incident on.',
  'incident.resolved': 'An incident is over.',
  'member.invited': 'An invitation to a project was made, or it was accepted.',
  'member.role_changed': 'A member has another role.',
  'member.removed': 'A member has left the project or was removed from it.',
  'webhook.test': 'A test that somebody has sent to this one endpoint.',
  'webhook_endpoint.failing':
    'Another endpoint has failed for a good part of the time it is given.',
  'webhook_endpoint.disabled': 'Another endpoint was disabled, since it fails or is gone.',
  'webhook_delivery.exhausted': 'A delivery to another endpoint was given up after its last try.',
};

export const TASK_SENTENCES: Readonly<Record<ToldTaskEvent, string>> = {
  'task:created': 'A task was created.',
  'task:queued': 'A task waits for a runner, or for what it depends on.',
  'task:started': 'Work on a task has begun.',
  'task:stage-changed': 'A task has come to another stage or status.',
  'task:completed': 'A task is completed.',
  'task:failed': 'A task has failed.',
  'task:cancelled': 'A task was cancelled.',
  'task:retried': 'A task begins a new attempt.',
  'task:resumed': 'A paused task goes on.',
  'task:paused': 'A task is paused.',
  'task:message': 'A person has said something to whoever works on a task.',
  'task:stalled': 'The runner of a task has sent nothing but heartbeats for some time.',
  'task:decomposed': 'A task was split into subtasks.',
  'task:trashed': 'A task was put into the trash.',
  'task:restored': 'A task was taken out of the trash.',
  'task:archived': 'A task was archived.',
  'task:unarchived': 'A task was taken out of the archive.',
  'subtask:created': 'A subtask of a task was made.',
  'subtask:completed': 'A subtask of a task is completed.',
  'subtask:failed': 'A subtask of a task has failed.',
  'subtask:cancelled': 'A subtask of a task was cancelled.',
  'subtask:changed': 'A subtask of a task has another status.',
  'dependency:changed': 'Something that a task waits for has changed.',
  'gate:required': 'A task waits for the decision of people.',
  'gate:approved': 'People have approved what a gate asked.',
  'gate:vote': 'One of several people has voted at a gate.',
  'gate:rejected': 'A person has rejected what a gate asked.',
  'gate:changes-requested': 'A person has asked for changes at a gate.',
  'gate:escalated': 'Nobody has answered at a gate in time, and others are asked too.',
  'gate:waived': 'A project admin has let a task pass a gate without an approval.',
  'gate:cancelled': 'A gate asks nobody any more, or its approval was not used in time.',
  'gate:edited': 'A person has put another action in the place of the one that was asked for.',
  'gate:delegated': 'A person has handed their say at a gate to somebody else.',
  'gate:withdrawn': 'A person has taken their vote at a gate back.',
  'gate:consumed': 'What was approved is being done: an approval is used once.',
  'gate:mismatch': 'What was done is not what was approved.',
  'budget:threshold': 'A task has used half of a limit, or four fifths, or nearly all.',
  'budget:extended': 'A person has raised a limit of a task.',
  'work:given': 'A runner was given a stage, a commit or a merge to do.',
  'work:finished': 'A runner has told the result of its work.',
};

/** Of the type that a task event is told as. */
export function taskSentence(type: TaskEventType): string {
  return Object.hasOwn(TASK_SENTENCES, type) ? TASK_SENTENCES[type as ToldTaskEvent] : '';
}
