import { z } from 'zod';

export const SCOPES = [
  'projects:read',
  'projects:write',
  'tasks:read',
  'tasks:write',
  'tasks:run',
  'gates:approve',
] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;

/**
 * Who asks, and what the credential lets them do. It comes from the credential alone. `projects` are those the
 * principal is a member of; the local owner of open mode owns all of them.
 */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly kind: 'person' | 'service' | 'runner' | 'agent';
  readonly scopes: readonly Scope[];
  readonly projects: 'all' | readonly string[];
  readonly defaultProjectId: string;
  /** True for a request without a credential in open mode: a body's `approver` is believed then. */
  readonly open: boolean;
  /** An agent's credential is bound to one task, attempt and epoch. */
  readonly task?: { readonly id: string; readonly attempt: number; readonly epoch: number };
}

/** Whether the actor may know of anything in this project. Who may not is answered as if it did not exist. */
export const isMember = (actor: Actor, projectId: string): boolean =>
  actor.projects === 'all' || actor.projects.includes(projectId);
