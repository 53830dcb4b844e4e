import type { Scope } from './principal.ts';

/** What a person lets an app do by each scope, to follow "It may …". */
export const SCOPE_SENTENCES: Readonly<Record<Scope, string>> = {
  'projects:read': 'see your projects and their settings',
  'projects:write': 'create projects and change their settings',
  'deployments:read': 'see deployments',
  'deployments:write': 'start, promote and roll back deployments',
  'incidents:read': 'see monitors and incidents',
  'incidents:write': 'change monitors and answer incidents',
  'members:read': 'see who is a member of a project',
  'members:write': 'invite and remove members and change their roles',
  'metrics:read': 'see metrics and costs',
  'webhooks:read': 'see webhook endpoints and their deliveries',
  'webhooks:write': 'make and change webhook endpoints',
  'tasks:read': 'see tasks, their logs and their results',
  'tasks:write': 'create and steer tasks',
  'tasks:run': 'claim tasks and report their results, as a runner does',
  'gates:approve': 'approve or reject what waits for a decision, in your name',
  'tokens:read': 'see your access tokens and the apps that you have allowed',
  'tokens:write': 'make and revoke access tokens in your name',
  'clients:read': 'see OAuth clients',
  'clients:write': 'make and change OAuth clients and their secrets',
  'audit:read': 'see the audit log',
};
