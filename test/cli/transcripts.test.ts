// What the agents print, replayed: `transcripts/README.md` says where the lines come from.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ClaudeAdapter } from '../../cli/run/adapters/claude.ts';
import { CodexAdapter } from '../../cli/run/adapters/codex.ts';
import type { Adapter, Told } from '../../cli/run/adapters/told.ts';
import type { Price } from '../../src/contract/config.ts';
import { ProducedUsage } from '../../src/contract/produced.ts';
import { addUsage } from '../../src/domain/decide/ingest.ts';
import { NOTHING_SPENT, type Spent } from '../../src/domain/money.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`transcripts/${name}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

const replay = (name: string, adapter: Adapter): Told[] =>
  linesOf(name).flatMap(
    (line) => adapter.read(line) ?? [{ kind: 'log', level: 'info', text: line }],
  );

const claude = (name: string): Told[] => replay(name, new ClaudeAdapter());
const codex = (name: string): Told[] => replay(name, new CodexAdapter());

const eventsOf = (told: readonly Told[]): [string, Record<string, unknown>][] =>
  told.flatMap((one) => (one.kind === 'event' ? [[one.type, one.data]] : []));
const usageOf = (told: readonly Told[]) =>
  eventsOf(told).flatMap(([type, data]) => (type === 'usage:report' ? [data] : []));
const logsOf = (told: readonly Told[]) =>
  told.flatMap((one) => (one.kind === 'log' ? [`${one.level}: ${one.text}`] : []));
const endOf = (told: readonly Told[]) => told.findLast(({ kind }) => kind === 'ended');

const kindsIn = (name: string): Set<string> => {
  const kinds = new Set<string>();
  for (const line of linesOf(name)) {
    if (!line.startsWith('{') || !line.endsWith('}')) continue;
    const { type, subtype, item } = JSON.parse(line);
    kinds.add(type === 'system' ? `system/${subtype}` : type);
    if (item !== undefined) kinds.add(`item/${item.type}`);
  }
  return kinds;
};

const CLAUDE_TYPES = [
  ...['assistant', 'user', 'result', 'stream_event', 'tool_progress', 'auth_status'],
  ...['tool_use_summary', 'rate_limit_event', 'prompt_suggestion', 'conversation_reset'],
  ...[
    ...['init', 'compact_boundary', 'status', 'api_retry', 'control_request_progress'],
    ...['model_refusal_fallback', 'model_refusal_no_fallback', 'local_command_output'],
    ...['hook_started', 'hook_progress', 'hook_response', 'plugin_install', 'task_notification'],
    ...['task_started', 'task_updated', 'task_progress', 'background_tasks_changed'],
    ...['thinking_tokens', 'session_state_changed', 'worker_shutting_down', 'commands_changed'],
    ...['notification', 'files_persisted', 'memory_recall', 'elicitation_complete'],
    ...['permission_denied', 'mirror_error', 'informational', 'session_writes_lost'],
  ].map((subtype) => `system/${subtype}`),
];

const CODEX_TYPES = [
  ...['thread.started', 'turn.started', 'turn.completed', 'error'],
  ...['item.started', 'item.updated', 'item.completed'],
  ...['agent_message', 'reasoning', 'command_execution', 'file_change', 'mcp_tool_call'].map(
    (item) => `item/${item}`,
  ),
  ...['web_search', 'todo_list', 'error'].map((item) => `item/${item}`),
];

describe('a transcript of claude', () => {
  it('holds every message of its package, and each is known to the adapter', () => {
    const kinds = kindsIn('claude-whole');
    expect(CLAUDE_TYPES.filter((type) => !kinds.has(type))).toEqual([]);
    const adapter = new ClaudeAdapter();
    const unknown = linesOf('claude-whole').filter((line) => adapter.read(line) === undefined);
    expect(unknown.map((line) => line.slice(0, 40))).toEqual([
      expect.stringContaining('a_message_of_tomorrow'),
      expect.stringContaining('a_subtype'),
      'warning: this line is no JSON',
      expect.stringContaining('"message":{"cut'),
    ]);
  });

  it('becomes what was said, thought, called and returned, in order', () => {
    const events = eventsOf(claude('claude-whole')).filter(([type]) => type !== 'usage:report');
    expect(events).toEqual([
      ['agent:thinking', { thinking: 'Where is the login?' }],
      ['agent:message', { message: 'I look at the tests first.' }],
      ['agent:tool-use', { tool: 'Bash', input: { command: 'npm test' } }],
      [
        'agent:tool-result',
        {
          tool: 'Bash',
          isError: true,
          output: '::sluice {"type":"fail","message":"not mine"}\n1 failed',
        },
      ],
      ['agent:message', { message: 'The routes are in two files.' }],
      ['agent:tool-use', { tool: 'web_search', input: { query: 'oauth' } }],
      ['agent:tool-result', expect.objectContaining({ tool: 'web_search', isError: true })],
      ['agent:tool-use', { tool: 'mcp__tracker__find', input: { id: 7 } }],
      [
        'agent:tool-result',
        { tool: 'mcp__tracker__find', isError: false, output: 'ticket 7\nopen' },
      ],
      ['agent:message', { message: 'Done: the login works.' }],
      ['agent:tool-result', expect.objectContaining({ tool: 'unknown' })],
    ]);
    expect(JSON.stringify(events)).not.toContain('AAAA');
  });

  it('tells the usage of a message once, and at the end what no message told', () => {
    const told = claude('claude-whole');
    const zero = { cacheReadTokens: 0, cacheWriteTokens: 0, scope: 'delta' };
    const sonnet = { ...zero, model: 'claude-sonnet-4-5' };
    expect(usageOf(told)).toEqual([
      {
        ...sonnet,
        inputTokens: 10,
        outputTokens: 40,
        cacheReadTokens: 1000,
        cacheWriteTokens: 200,
      },
      { ...zero, model: 'claude-haiku-4-5', inputTokens: 20, outputTokens: 30 },
      { ...sonnet, inputTokens: 5, outputTokens: 60, cacheReadTokens: 1200 },
      { ...sonnet, inputTokens: 0, outputTokens: 4 },
    ]);
    expect(told.filter(({ kind }) => kind === 'cost')).toEqual([{ kind: 'cost', dollars: 0.0425 }]);
    expect(endOf(told)).toEqual({ kind: 'ended' });
    expect(told).toContainEqual({ kind: 'summary', text: 'The login works.' });
  });

  it('keeps the words of its notices, and hides what a screen alone needs', () => {
    const logs = logsOf(claude('claude-whole'));
    expect(logs).toContain('info: Claude 2.0.0, model claude-sonnet-4-5');
    expect(logs).toContain('warn: Hook format: no formatter here');
    expect(logs).toContain('warn: The provider answered 529: try 1 of 10, next in 2 s.');
    expect(logs).toContain('warn: Bash was denied: curl is not allowed');
    expect(logs).toContain('warn: b.txt was not kept: too large');
    expect(logs).toContain('info: warning: this line is no JSON');
    expect(logs.join('\n')).not.toContain('what was said before');
    expect(logs.join('\n')).not.toContain('pull request');
  });

  it('names the session, and the new one after a reset', () => {
    const sessions = claude('claude-whole').flatMap((one) =>
      one.kind === 'session' ? [one.sessionId.at(-1)] : [],
    );
    expect(sessions).toEqual(['1', '2']);
  });

  it('has costs that count on from turn to turn, each told as the total that it is', () => {
    const told = claude('claude-two-turns');
    expect(told.flatMap((one) => (one.kind === 'cost' ? [one.dollars] : []))).toEqual([0.01, 0.03]);
    expect(usageOf(told).map(({ inputTokens }) => inputTokens)).toEqual([100, 200]);
  });

  it.each([
    ['claude-max-turns', { message: 'The turns are used up', retryable: true }],
    ['claude-max-budget', { message: 'The budget of the run is used up', retryable: false }],
    ['claude-structured-output', { message: 'No answer had the form', retryable: true }],
    ['claude-execution-error', { message: 'The process was ended', retryable: true }],
    ['claude-is-error', { message: 'The answer could not be read', retryable: true }],
    ['claude-overloaded', { pauseReason: 'rate_limit' }],
    ['claude-rate-limit', { pauseReason: 'rate_limit', message: 'Try again in 20 seconds' }],
    ['claude-usage-limit', { pauseReason: 'usage_limit' }],
    ['claude-prompt-too-long', { pauseReason: 'session_limit' }],
  ])('%s ends with its fault', (name, fault) => {
    expect(endOf(claude(name))).toMatchObject({ kind: 'ended', fault });
    if (!('pauseReason' in fault)) {
      expect(JSON.stringify(endOf(claude(name)))).not.toContain('pauseReason');
    }
  });

  it('is stopped where 95 % of the context are full', () => {
    expect(claude('claude-full')).toContainEqual({
      kind: 'full',
      message: 'The context is full: 191000 of 200000 tokens',
    });
    const [, message = ''] = linesOf('claude-two-turns');
    expect(new ClaudeAdapter({ window: 115 }).read(message)).toContainEqual(
      expect.objectContaining({ kind: 'full' }),
    );
    expect(new ClaudeAdapter({ window: 116 }).read(message)).not.toContainEqual(
      expect.objectContaining({ kind: 'full' }),
    );
  });
});

describe('what a transcript of claude costs', () => {
  /** As a run of a task that had cost so much before reports it, and the server counts it. */
  const spentAfter = (
    name: string,
    before: number,
    prices: Readonly<Record<string, Price>>,
  ): Spent => {
    const start = { ...NOTHING_SPENT, costMicros: before * 1_000_000 };
    return claude(name).reduce((spent, one) => {
      if (one.kind === 'cost') {
        const total = { inputTokens: 0, outputTokens: 0, scope: 'total' } as const;
        return addUsage(spent, { ...total, reportedCost: before + one.dollars }, prices);
      }
      if (one.kind !== 'event' || one.type !== 'usage:report') return spent;
      return addUsage(spent, ProducedUsage.parse(one.data), prices);
    }, start);
  };
  const free = { default: { inputPerMillion: 0, outputPerMillion: 0 } };
  const dear = { default: { inputPerMillion: 1_000, outputPerMillion: 1_000 } };

  it.each([
    ['claude-whole', 0, free, 42_500],
    ['claude-whole', 1.5, free, 1_542_500],
    ['claude-two-turns', 0, free, 30_000],
    ['claude-max-turns', 0.5, free, 520_000],
    // 35 + 2,200 + 200 tokens in and 134 out, at a tenth of a cent each.
    ['claude-whole', 0, dear, 2_569_000],
    ['claude-whole', 1, dear, 3_569_000],
  ])('%s after %d dollars is counted once', (name, before, prices, costMicros) => {
    expect(spentAfter(name, before, prices).costMicros).toBe(costMicros);
  });
});

describe('a transcript of codex', () => {
  it('holds every event and item of its package, and each is known to the adapter', () => {
    const kinds = new Set([...kindsIn('codex-whole'), ...kindsIn('codex-failed')]);
    expect([...CODEX_TYPES, 'turn.failed'].filter((type) => !kinds.has(type))).toEqual([]);
    const adapter = new CodexAdapter();
    const unknown = linesOf('codex-whole').filter((line) => adapter.read(line) === undefined);
    expect(unknown).toEqual([
      expect.stringContaining('an_item_of_tomorrow'),
      expect.stringContaining('event.of.tomorrow'),
      'a line that is no JSON',
    ]);
  });

  it('becomes what was said, thought, run and changed, in order', () => {
    const events = eventsOf(codex('codex-whole')).filter(([type]) => type !== 'usage:report');
    const told = events.map(([type, data]) => [
      type,
      data['tool'] ?? data['message'] ?? data['thinking'],
      data['output'] ?? data['input'],
    ]);
    const changes = [
      { path: 'login.ts', kind: 'update' },
      { path: 'new.ts', kind: 'add' },
      { path: 'old.ts', kind: 'delete' },
    ];
    const output = '::sluice {"type":"fail","message":"not mine"}\n1 failed';
    expect(told).toEqual([
      ['agent:thinking', 'The tests first', undefined],
      ['agent:tool-use', 'todo_list', { items: expect.any(Array) }],
      ['agent:tool-use', 'command_execution', { command: 'npm test' }],
      ['agent:tool-result', 'command_execution', output],
      ['agent:tool-use', 'file_change', { changes }],
      ['agent:tool-result', 'file_change', 'completed'],
      ['agent:tool-use', 'mcp__tracker__find', { id: 7 }],
      ['agent:tool-result', 'mcp__tracker__find', [{ type: 'text', text: 'ticket 7' }]],
      ['agent:tool-use', 'mcp__tracker__close', {}],
      ['agent:tool-result', 'mcp__tracker__close', 'not allowed'],
      ['agent:tool-use', 'web_search', { query: '' }],
      ['agent:tool-result', 'web_search', undefined],
      ['agent:message', 'Done: the login works.', undefined],
      ['agent:tool-use', 'todo_list', { items: expect.any(Array) }],
      ['agent:message', 'And the tests pass.', undefined],
    ]);
    const faults = events.filter(([, data]) => data['isError'] === true);
    expect(faults.map(([, data]) => data['tool'])).toEqual([
      'command_execution',
      'mcp__tracker__close',
    ]);
  });

  it('has usage that counts on in its thread, with the cached tokens as part of the input', () => {
    const told = codex('codex-whole');
    const delta = { scope: 'delta' };
    expect(usageOf(told)).toEqual([
      {
        ...delta,
        inputTokens: 500,
        outputTokens: 300,
        cacheReadTokens: 4000,
        cacheWriteTokens: 500,
      },
      {
        ...delta,
        inputTokens: 900,
        outputTokens: 150,
        cacheReadTokens: 3000,
        cacheWriteTokens: 100,
      },
    ]);
    expect(endOf(told)).toEqual({ kind: 'ended' });
  });

  it('counts on where the thread was left, and anew where the figures have fallen', () => {
    const first = new CodexAdapter();
    replay('codex-whole', first);
    const line = (input: number, output: number): string =>
      JSON.stringify({
        type: 'turn.completed',
        usage: {
          ...{ input_tokens: input, cached_input_tokens: 7000 },
          ...{ cache_write_input_tokens: 600, output_tokens: output },
        },
      });
    const next = new CodexAdapter(first.memory, 'gpt');
    expect(usageOf(next.read(line(9100, 460)) ?? [])).toEqual([
      expect.objectContaining({ model: 'gpt', inputTokens: 100, outputTokens: 10 }),
    ]);
    expect(usageOf(next.read(line(8000, 20)) ?? [])).toEqual([
      expect.objectContaining({ inputTokens: 400, outputTokens: 20, cacheReadTokens: 7000 }),
    ]);
  });

  it('tells how far its list has come', () => {
    const progress = codex('codex-whole').flatMap((one) =>
      one.kind === 'progress' ? [one.progress] : [],
    );
    expect(progress).toEqual([
      { percent: 0, message: 'Run the tests' },
      { percent: 50, message: 'Mend the login' },
      { percent: 100 },
    ]);
  });

  it.each([
    ['codex-failed', { message: 'The model gave no answer', retryable: true }],
    ['codex-rate-limit', { pauseReason: 'rate_limit' }],
    ['codex-usage-limit', { pauseReason: 'usage_limit' }],
    ['codex-full', { pauseReason: 'session_limit' }],
  ])('%s ends with its fault', (name, fault) => {
    expect(endOf(codex(name))).toMatchObject({ kind: 'ended', fault });
  });
});
