// Asks people before something is done, from inside of a task: through the loopback proxy of its runner.
import type { Gate } from '../../src/contract/gate.ts';
import { CommandError, EXIT } from '../exit-code.ts';
import type { Answer, Api } from '../run/api.ts';
import { pauseFor } from '../run/pause-for.ts';

const WAIT_MS = 20_000;
/** Against a server that answers at once and has nothing new. */
const LOOK_MS_MIN = 1_000;

export interface GateRequest {
  readonly api: Api;
  readonly token: string | undefined;
  readonly taskId: string;
  readonly name: string;
  readonly action: Readonly<Record<string, unknown>>;
  readonly summary: string | undefined;
  readonly isWaiting: boolean;
  /** Ends with the patience of who asks. */
  readonly signal: AbortSignal;
}

/** What came of it: a code for the shell, the JSON for stdout, a sentence for stderr. */
export interface Asked {
  readonly exitCode: number;
  readonly shown?: unknown;
  readonly sentence: string;
}

/** Asks, and with `isWaiting` waits for people and uses their approval: then this very action is to be done, once. */
export const requestGate = async (request: GateRequest): Promise<Asked> => {
  const { name, action, summary, isWaiting } = request;
  const advisory = summary === undefined ? {} : { advisory: { summary } };
  const body = { name, action, blocking: isWaiting, ...advisory };
  const opened = await call<Gate>(request, { path: '', body });
  if (!opened.ok) return notHeard(opened, name);
  if (!isWaiting) {
    const sentence = `The gate ${name} is ${opened.body.status}.`;
    return { exitCode: EXIT.ok, shown: opened.body, sentence };
  }
  return answerTo(request, opened.body);
};

const answerTo = async (request: GateRequest, opened: Gate): Promise<Asked> => {
  for (let gate = opened; ; ) {
    if (gate.status === 'approved') {
      const used = await useApproval(request, gate);
      if (used !== undefined) return used;
    } else if (gate.status !== 'pending') {
      return refusal(gate);
    }
    const looked = await nextLook(request, gate);
    if (!looked.ok) return notHeard(looked, gate.name);
    gate = looked.body;
  }
};

/** Undefined: people have taken their vote back, and are asked once more. */
const useApproval = async (request: GateRequest, gate: Gate): Promise<Asked | undefined> => {
  const { id, name } = gate;
  const used = await call<{ action: unknown }>(request, { path: `/${id}/consume`, body: {} });
  if (used.ok) {
    const sentence = `The gate ${name} is approved: do this now, once.`;
    return { exitCode: EXIT.ok, shown: used.body.action, sentence };
  }
  if (used.body['isPending'] === true) return undefined;
  if (used.code === 'stopped') return notHeard(used, name);
  const sentence = `The approval of ${name} cannot be used: ${used.message}`;
  return { exitCode: EXIT.gateRefused, sentence };
};

const nextLook = async (request: GateRequest, gate: Gate): Promise<Answer<Gate>> => {
  const startedAt = performance.now();
  const path = `/${gate.id}/wait?state=pending&timeoutMs=${WAIT_MS}`;
  const looked = await call<Gate>(request, { path, method: 'GET', waitMs: WAIT_MS });
  const restMs = LOOK_MS_MIN - (performance.now() - startedAt);
  const isOpen = looked.ok && looked.body.status === 'pending';
  if (isOpen && restMs > 0) await pauseFor(restMs, request.signal);
  return looked;
};

const call = <T>(
  { api, token, taskId, signal }: GateRequest,
  asked: { path: string; method?: 'GET'; body?: unknown; waitMs?: number },
): Promise<Answer<T>> =>
  api.call<T>({ ...asked, path: `/tasks/${taskId}/gates${asked.path}`, token, signal });

const refusal = ({ name, status, reason, comment }: Gate): Asked => {
  if (reason === 'timeout') {
    return { exitCode: EXIT.gateTimedOut, sentence: `Nobody has answered at the gate ${name}.` };
  }
  const said = comment === undefined ? '' : `: ${comment}`;
  const word = status === 'rejected' ? 'rejected' : (reason ?? status);
  return { exitCode: EXIT.gateRefused, sentence: `The gate ${name} is ${word}${said}` };
};

const notHeard = ({ code, message }: Extract<Answer<unknown>, { ok: false }>, name: string) => {
  if (code === 'stopped') {
    const sentence = `Nobody has answered at the gate ${name} in time.`;
    return { exitCode: EXIT.gateTimedOut, sentence };
  }
  throw new CommandError(`The gate ${name} cannot be asked: ${message} (${code})`);
};
