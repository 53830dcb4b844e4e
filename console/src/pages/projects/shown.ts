import type { Project } from '../../../../src/contract/project.ts';
import { me } from '../../api/session.ts';

/** From the least to the most. */
export const ROLES = ['viewer', 'developer', 'project-admin', 'owner'] as const;

/** What each tab of the settings is given. */
export interface Shown {
  readonly project: Project;
  /** Reads the project again. */
  readonly again: () => void;
}

/** Others see what was read: a change of what has changed since is refused. */
export const ifMatch = ({ revision }: { readonly revision: number }) => ({
  headers: { 'If-Match': `"v${revision}"` },
});

/** Whether it is of use to offer a change; whether it may be made, the server decides. */
export const mayManage = ({ role }: Project): boolean =>
  (role === 'owner' || role === 'project-admin') &&
  me.value?.credential.scopes.includes('projects:write') === true;
