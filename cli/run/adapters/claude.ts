// Claude's `--output-format stream-json`: a JSON message a line, after the types of its SDK.
import { readAgentContent, readUserContent } from './claude-content.ts';
import { NOTICES, SYSTEM_NOTICES } from './claude-notices.ts';
import { ClaudeUsage, contextOf } from './claude-usage.ts';
import { countOf, type Fields, fieldsOf, listOf, parseLine, textOf } from './fields.ts';
import { faultIn, limitIn } from './provider-limit.ts';
import { type Adapter, type AgentFault, noted, type Told } from './told.ts';
import { ToolNames } from './tool-names.ts';

/** Beyond so much of its context the agent is not let go on: the next answer might not fit. */
const FULL_PART = 0.95;

/** Another try would end the same way. */
const LASTING = /authentication|oauth_org|account_on_hold|verification|model_not_found/;

export class ClaudeAdapter implements Adapter {
  readonly #tools = new ToolNames();
  readonly #usage = new ClaudeUsage();
  /** What the provider last refused, until an answer shows that it was over. */
  #refusal: string | undefined;
  #error = '';
  #window: number;
  #context = 0;

  constructor(memory: Fields = {}) {
    this.#window = countOf(memory['window']);
  }

  get memory(): Fields {
    return this.#window === 0 ? {} : { window: this.#window };
  }

  read(line: string): readonly Told[] | undefined {
    const fields = parseLine(line);
    if (fields === undefined) return undefined;
    switch (fields['type']) {
      case 'assistant':
        return this.#assistant(fields);
      case 'user':
        return fields['isReplay'] === true
          ? []
          : readUserContent(messageOf(fields)['content'], this.#tools);
      case 'result':
        return this.#result(fields);
      case 'system':
        return this.#system(fields);
      default:
        if (fields['type'] === 'rate_limit_event') this.#limited(fields);
        return readerIn(NOTICES, fields['type'])?.(fields);
    }
  }

  #system(fields: Fields): readonly Told[] | undefined {
    const { subtype } = fields;
    if (subtype === 'init') {
      const about = `Claude ${textOf(fields['claude_code_version'])}, model ${textOf(fields['model'])}`;
      return [{ kind: 'session', sessionId: textOf(fields['session_id']) }, noted('info', about)];
    }
    const status = fields['error_status'];
    if (subtype === 'api_retry') this.#refusal = `The provider answered ${status}`;
    return readerIn(SYSTEM_NOTICES, subtype)?.(fields);
  }

  #limited(fields: Fields): void {
    const info = fieldsOf(fields['rate_limit_info']);
    if (info['status'] !== 'rejected') return;
    const resetsAt = Number(info['resetsAt']);
    const isKnown = resetsAt > 0 && resetsAt < 8e9;
    const until = isKnown ? ` until ${new Date(resetsAt * 1_000).toISOString()}` : '';
    this.#refusal = `Usage limit reached${until}`;
  }

  #assistant(fields: Fields): readonly Told[] {
    const message = messageOf(fields);
    const isMain = typeof fields['parent_tool_use_id'] !== 'string';
    this.#error = textOf(fields['error']);
    if (this.#error === '') this.#refusal = undefined;
    return [
      ...readAgentContent(message['content'], this.#tools),
      ...this.#usage.ofMessage(message, isMain),
      ...(isMain ? this.#full(fields, message) : []),
    ];
  }

  /** The room is known from an earlier result, or from the message itself. */
  #full(fields: Fields, message: Fields): readonly Told[] {
    const said = fieldsOf(fields['context_usage']);
    this.#window = countOf(said['raw_max_tokens']) || this.#window;
    this.#context = countOf(said['total_tokens']) || contextOf(message);
    if (this.#window === 0 || this.#context < FULL_PART * this.#window) return [];
    const text = `The context is full: ${this.#context} of ${this.#window} tokens`;
    return [{ kind: 'full', message: text }];
  }

  #result(fields: Fields): readonly Told[] {
    const windows = Object.values(fieldsOf(fields['modelUsage'])).map((model) =>
      countOf(fieldsOf(model)['contextWindow']),
    );
    this.#window = Math.max(0, ...windows) || this.#window;
    const dollars = Number(fields['total_cost_usd']);
    const isCost = Number.isFinite(dollars) && dollars > 0;
    const isSuccess = fields['subtype'] === 'success' && fields['is_error'] !== true;
    return [
      ...this.#usage.ofResult(fields),
      ...(isCost ? [{ kind: 'cost', dollars } as const] : []),
      ...(isSuccess ? success(textOf(fields['result'])) : [this.#failure(fields)]),
    ];
  }

  #failure(fields: Fields): Told {
    const errors = listOf(fields['errors']).map(textOf).filter(Boolean);
    const said = textOf(fields['result']) || errors.join('; ');
    const subtype = textOf(fields['subtype']);
    const message = said || (subtype === 'success' ? 'The agent ended with an error' : subtype);
    const retryable = subtype !== 'error_max_budget_usd' && !LASTING.test(this.#error);
    const fault = faultIn(message, retryable);
    const limit = this.#limit(fields) ?? fault.pauseReason;
    return { kind: 'ended', fault: limit === undefined ? fault : withLimit(fault, limit) };
  }

  /** What the message says by code is surer than what it says in words. */
  #limit(fields: Fields): AgentFault['pauseReason'] {
    const reason = fields['terminal_reason'];
    const isFull = this.#window > 0 && this.#context >= FULL_PART * this.#window;
    if (reason === 'prompt_too_long' || reason === 'blocking_limit' || isFull)
      return 'session_limit';
    if (this.#error === 'billing_error') return 'usage_limit';
    const refused = this.#refusal === undefined ? undefined : limitIn(this.#refusal);
    if (refused !== undefined) return refused;
    const status = fields['api_error_status'];
    const isPaced = this.#error === 'rate_limit' || this.#error === 'overloaded';
    return isPaced || status === 429 || status === 529 ? 'rate_limit' : undefined;
  }
}

const withLimit = (
  fault: AgentFault,
  pauseReason: NonNullable<AgentFault['pauseReason']>,
): AgentFault => ({ ...fault, pauseReason });

const success = (text: string): readonly Told[] => [
  ...(text.trim() === '' ? [] : [{ kind: 'summary', text } as const]),
  { kind: 'ended' },
];

const messageOf = (fields: Fields): Fields => fieldsOf(fields['message']);

const readerIn = <T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined =>
  typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
