// How the agent says what it does: HTTP calls as any agent can make them, and lines that the runner understands.
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {import('./assignment.js').Assignment} Assignment */
/** @typedef {ReturnType<typeof makeReporter>} Reporter */
/** @typedef {(assignment: Assignment, report: Reporter) => Promise<void>} StageWork */

const CALL_WITHIN_MS = 5_000;

/** @param {Assignment} assignment */
export const makeReporter = (assignment) => {
  /** A report that does not arrive is no reason to drop the work. @param {string} path @param {object} body */
  const post = async (path, body) => {
    if (assignment.api === '') return;
    try {
      const answer = await fetch(`${assignment.api}/tasks/${assignment.taskId}/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(CALL_WITHIN_MS),
      });
      const reply = await answer.text();
      if (!answer.ok) console.error(`POST ${path} was refused (${answer.status}): ${reply}`);
    } catch (error) {
      console.error(`POST ${path} failed: ${error instanceof Error ? error.message : error}`);
    }
  };
  /** @param {Record<string, unknown>} line */
  const tell = (line) => console.log(`::sluice ${JSON.stringify(line)}`);
  const { agent, stage, pauseMs } = assignment;
  return {
    /** @param {string} message */
    say: (message) => tell({ type: 'message', message }),
    /** @param {string} tool @param {Record<string, unknown>} input */
    use: (tool, input) => tell({ type: 'tool-use', tool, input }),
    /** @param {string} message @param {'info' | 'warn' | 'error'} [level] */
    log: (message, level = 'info') => post('log', { level, message, agent }),
    /** Thinking takes time, and costs tokens. @param {number} percent @param {number} outputTokens */
    think: async (percent, outputTokens) => {
      await sleep(pauseMs);
      const inputTokens = 1_200 + outputTokens * 3;
      tell({ type: 'usage', model: 'sonnet', inputTokens, outputTokens });
      tell({ type: 'progress', percent });
    },
    begin: async () => {
      console.log(`${agent} begins ${stage}: ${assignment.description}`);
      await post('status', { status: 'in-progress', stage, message: `${agent} is at work` });
      for (const comment of assignment.feedback)
        tell({ type: 'message', message: `I was asked: ${comment}` });
    },
    finish: async () => {
      for (const key of assignment.outputs) {
        tell({ type: 'output', key, value: `Done in ${stage} by ${agent}; see the work tree.` });
      }
      tell({ type: 'progress', percent: 100 });
      console.log(`${agent} has finished ${stage}`);
    },
  };
};
