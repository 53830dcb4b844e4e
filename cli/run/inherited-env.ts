import process from 'node:process';

/** What every child may see of the runner's own environment: no credential, no foreign git state. */
export const inheritedEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:SLUICE_|APEX_)/.test(name) && !GIT_STATE.has(name),
    ),
  );

/** Set by a hook or an outer git command, these would point every git call elsewhere. */
const GIT_STATE = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
]);
