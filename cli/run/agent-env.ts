import type { Grant } from '../../src/contract/runner.ts';
import type { Work } from '../../src/contract/work.ts';
import { inheritedEnv } from './inherited-env.ts';

interface AgentEnv {
  readonly grant: Grant;
  readonly work: Work;
  readonly tree: string;
  readonly proxy: { readonly url: string; readonly token: string };
  readonly lineKey: string;
  readonly taskFile: string;
}

/** The environment of the agent command: what it works on, and a way to report that holds no secret. */
export const agentEnv = ({
  grant,
  work,
  tree,
  proxy,
  lineKey,
  taskFile,
}: AgentEnv): NodeJS.ProcessEnv => {
  const { task, lease } = grant;
  const agent = work.agent?.name ?? '';
  // Node and others warn where both are set; the log keeps colours, and readers strip them.
  const { NO_COLOR: _, ...inherited } = inheritedEnv();
  return {
    ...inherited,
    APEX_API: proxy.url,
    APEX_TASK_ID: task.id,
    APEX_PROJECT: tree,
    APEX_BRANCH: task.branchName,
    APEX_STAGE: work.stage,
    APEX_AGENT: agent,
    SLUICE_URL: proxy.url,
    SLUICE_TOKEN: proxy.token,
    SLUICE_TASK_ID: task.id,
    SLUICE_PROJECT: task.projectId,
    SLUICE_ENVIRONMENT: task.environment,
    SLUICE_STAGE: work.stage,
    SLUICE_AGENT: agent,
    SLUICE_WORK_ID: work.workId,
    SLUICE_ATTEMPT: String(task.attempt),
    SLUICE_TRY: String(work.try),
    SLUICE_EPOCH: String(lease.epoch),
    SLUICE_BRANCH: task.branchName,
    SLUICE_MODEL: work.agent?.model ?? '',
    SLUICE_LINE_KEY: lineKey,
    SLUICE_TASK_JSON: taskFile,
    FORCE_COLOR: '1',
  };
};
