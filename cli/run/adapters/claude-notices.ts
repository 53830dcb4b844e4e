// The messages by which Claude tells of itself. Each is named here, so that one that is not is seen as new.
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts';
import { type Level, noted, type Told } from './told.ts';

type Reader = (fields: Fields) => readonly Told[];

/** Told by another message as well, or of use to a user interface alone. */
const SILENT: Reader = () => [];

const log = (level: Level, text: string): readonly Told[] =>
  text === '' ? [] : [noted(level, text)];

const progress = (message: string): readonly Told[] =>
  message === '' ? [] : [{ kind: 'progress', progress: { message: message.slice(0, 1_000) } }];

const waitOf = (fields: Fields): string =>
  `try ${Number(fields['attempt']) || 1} of ${Number(fields['max_retries']) || 1}, ` +
  `next in ${Math.round((Number(fields['retry_delay_ms']) || 0) / 1_000)} s`;

const hook: Reader = (fields) => {
  const text = [fields['stdout'], fields['stderr'], fields['output']].map(textOf).find(Boolean);
  const level = fields['outcome'] === 'error' ? 'warn' : 'debug';
  const name = `Hook ${textOf(fields['hook_name']) || textOf(fields['hook_event'])}`;
  return log(level, text === undefined ? `${name}.` : `${name}: ${text}`);
};

/** By `type`; those of `system` by their subtype below. */
export const NOTICES: Readonly<Record<string, Reader>> = {
  stream_event: SILENT,
  tool_progress: (fields) =>
    progress(
      `${textOf(fields['tool_name'])} runs for ${Math.round(Number(fields['elapsed_time_seconds']) || 0)} s`,
    ),
  auth_status: (fields) =>
    log('warn', textOf(fields['error']) || listOf(fields['output']).map(textOf).join('\n')),
  tool_use_summary: (fields) => log('info', textOf(fields['summary'])),
  rate_limit_event: (fields) => {
    const info = fieldsOf(fields['rate_limit_info']);
    if (info['status'] === 'allowed') return [];
    const window = textOf(info['rateLimitType']).replaceAll('_', ' ');
    return log('warn', `The provider's limit ${window} is ${textOf(info['status'])}.`);
  },
  prompt_suggestion: SILENT,
  conversation_reset: (fields) => [
    noted('info', 'The conversation began anew.'),
    { kind: 'session', sessionId: textOf(fields['new_conversation_id']) },
  ],
};

/** By the `subtype` of `system`. */
export const SYSTEM_NOTICES: Readonly<Record<string, Reader>> = {
  compact_boundary: (fields) => {
    const data = fieldsOf(fields['compact_metadata']);
    return log('info', `The context was compacted at ${Number(data['pre_tokens']) || 0} tokens.`);
  },
  status: (fields) => log('warn', textOf(fields['compact_error'])),
  api_retry: (fields) =>
    log('warn', `The provider answered ${fields['error_status'] ?? 'nothing'}: ${waitOf(fields)}.`),
  control_request_progress: SILENT,
  model_refusal_fallback: (fields) => log('warn', textOf(fields['content'])),
  model_refusal_no_fallback: (fields) => log('warn', textOf(fields['content'])),
  local_command_output: (fields) => log('info', textOf(fields['content'])),
  hook_started: SILENT,
  hook_progress: hook,
  hook_response: hook,
  plugin_install: (fields) => log('warn', textOf(fields['error'])),
  task_notification: (fields) =>
    log(fields['status'] === 'failed' ? 'warn' : 'info', textOf(fields['summary'])),
  task_started: (fields) => log('info', `Begins: ${textOf(fields['description'])}`),
  task_updated: (fields) => log('warn', textOf(fieldsOf(fields['patch'])['error'])),
  task_progress: (fields) => progress(textOf(fields['summary']) || textOf(fields['description'])),
  background_tasks_changed: SILENT,
  thinking_tokens: SILENT,
  session_state_changed: SILENT,
  worker_shutting_down: (fields) =>
    log('warn', `The agent shuts down: ${textOf(fields['reason'])}`),
  commands_changed: SILENT,
  notification: (fields) => log('info', textOf(fields['text'])),
  files_persisted: (fields) =>
    listOf(fields['failed']).map((file) => {
      const { filename, error } = fieldsOf(file);
      return noted('warn', `${textOf(filename)} was not kept: ${textOf(error)}`);
    }),
  memory_recall: SILENT,
  elicitation_complete: SILENT,
  permission_denied: (fields) =>
    log('warn', `${textOf(fields['tool_name'])} was denied: ${textOf(fields['message'])}`),
  mirror_error: (fields) => log('warn', textOf(fields['error'])),
  informational: (fields) =>
    log(fields['level'] === 'warning' ? 'warn' : 'info', textOf(fields['content'])),
  session_writes_lost: (fields) =>
    log('warn', `The disk is full: the session is not kept (${textOf(fields['error_code'])}).`),
};
