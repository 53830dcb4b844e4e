// The works that follow a stage, as the server makes them.
import type { ResultBody, Work } from '../../src/contract/work.ts';
import { actionWork } from './scripted-server.ts';

const BRANCH = 'apex/add-login';

/** Commits what a stage has changed. */
export const commitWork = ({ changes }: ResultBody, branch = BRANCH): Work =>
  actionWork('wrk_2', 'commit', {
    type: 'git.commit',
    target: { branch },
    params: { base: changes?.base, tree: changes?.tree, message: 'feat: add login', files: [] },
  });

/** Merges a branch, by default that of an ordinary task. */
export const mergeWork = (target = { into: 'main', branch: BRANCH }): Work =>
  actionWork('wrk_3', 'merge', { type: 'git.merge', target, params: { strategy: 'merge' } });
