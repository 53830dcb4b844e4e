import type { Grant } from '../../src/contract/runner.ts';
import type { Work } from '../../src/contract/work.ts';
import { inheritedEnv } from './inherited-env.ts';

interface WorkEnv {
  readonly grant: Grant;
  readonly work: Work;
  readonly tree: string;
  readonly taskFile: string;
}

interface AgentEnv extends WorkEnv {
  readonly proxy: { readonly url: string; readonly token: string };
  readonly lineKey: string;
}

/** The environment of a command of this work: what it works on, and no way to the server. */
export const workEnv = ({ grant, work, tree, taskFile }: WorkEnv): NodeJS.ProcessEnv => {
  const { task, lease } = grant;
  const agent = work.agent?.name ?? '';
  // Node and others warn where both are set; the log keeps colours, and readers strip them.
  const { NO_COLOR: _, ...inherited } = inheritedEnv();
  return {
    ...inherited,
    APEX_TASK_ID: task.id,
    APEX_PROJECT: tree,
    APEX_BRANCH: task.workBranch,
    APEX_STAGE: work.stage,
    APEX_AGENT: agent,
    SLUICE_TASK_ID: task.id,
    SLUICE_PROJECT: task.projectId,
    SLUICE_ENVIRONMENT: task.environment,
    SLUICE_STAGE: work.stage,
    SLUICE_AGENT: agent,
    SLUICE_WORK_ID: work.workId,
    SLUICE_ATTEMPT: String(task.attempt),
    SLUICE_TRY: String(work.try),
    SLUICE_EPOCH: String(lease.epoch),
    SLUICE_BRANCH: task.workBranch,
    SLUICE_MODEL: work.agent?.model ?? '',
    SLUICE_TASK_JSON: taskFile,
    FORCE_COLOR: '1',
  };
};

/** The environment of the agent command: that, and a way to report that holds no secret. */
export const agentEnv = ({ proxy, lineKey, ...rest }: AgentEnv): NodeJS.ProcessEnv => ({
  ...workEnv(rest),
  APEX_API: proxy.url,
  SLUICE_URL: proxy.url,
  SLUICE_TOKEN: proxy.token,
  SLUICE_LINE_KEY: lineKey,
});
