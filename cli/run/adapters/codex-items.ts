// The items of a thread: what the agent says, thinks, runs and changes.
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts';
import { noted, type Told, told } from './told.ts';
import type { ToolNames } from './tool-names.ts';

type Moment = 'item.started' | 'item.updated' | 'item.completed';

/** What an item tells at this moment; undefined where its type is not known. */
export const readItem = (
  item: Fields,
  moment: Moment,
  calls: ToolNames,
): readonly Told[] | undefined => {
  const isOver = moment === 'item.completed';
  switch (item['type']) {
    case 'agent_message': {
      const text = textOf(item['text']);
      if (!isOver) return [];
      return [told('agent:message', { message: text }), { kind: 'summary', text }];
    }
    case 'reasoning':
      return isOver ? [told('agent:thinking', { thinking: textOf(item['text']) })] : [];
    case 'error':
      return isOver ? [noted('warn', textOf(item['message']))] : [];
    case 'todo_list':
      return readTodo(item, moment);
    default: {
      const call = callOf(item);
      return call === undefined ? undefined : readCall({ item, call, isOver, calls });
    }
  }
};

interface Call {
  readonly tool: string;
  readonly input: unknown;
  readonly output: unknown;
}

const callOf = (item: Fields): Call | undefined => {
  switch (item['type']) {
    case 'command_execution': {
      const { command, aggregated_output: output } = item;
      return { tool: 'command_execution', input: { command }, output };
    }
    case 'file_change':
      return { tool: 'file_change', input: { changes: item['changes'] }, output: item['status'] };
    case 'mcp_tool_call': {
      const tool = `mcp__${textOf(item['server'])}__${textOf(item['tool'])}`.slice(0, 200);
      const result = fieldsOf(item['result']);
      const output = textOf(fieldsOf(item['error'])['message']) || result['content'];
      return { tool, input: item['arguments'] ?? {}, output };
    }
    case 'web_search':
      return { tool: 'web_search', input: { query: item['query'] }, output: undefined };
    default:
      return undefined;
  }
};

interface Seen {
  readonly item: Fields;
  readonly call: Call;
  readonly isOver: boolean;
  readonly calls: ToolNames;
}

/** A call is told when it begins, or with its end where only that is told; a result once. */
const readCall = ({ item, call, isOver, calls }: Seen): readonly Told[] => {
  const id = textOf(item['id']);
  const use = calls.has(id) ? [] : [told('agent:tool-use', { tool: call.tool, input: call.input })];
  if (!isOver) {
    calls.add(id, call.tool);
    return use;
  }
  calls.take(id);
  const code = item['exit_code'];
  const isError = item['status'] === 'failed' || (typeof code === 'number' && code !== 0);
  const output = call.output === undefined ? {} : { output: call.output };
  return [...use, told('agent:tool-result', { tool: call.tool, isError, ...output })];
};

/** The list is told as it is made and as it ends; between, how far it has come. */
const readTodo = (item: Fields, moment: Moment): readonly Told[] => {
  const items = listOf(item['items']).map(fieldsOf);
  const done = items.filter(({ completed }) => completed === true).length;
  const next = items.find(({ completed }) => completed !== true);
  const percent = items.length === 0 ? 0 : Math.round((100 * done) / items.length);
  const message = next === undefined ? undefined : textOf(next['text']).slice(0, 1_000);
  const progress = { percent, ...(message === undefined ? {} : { message }) };
  const use =
    moment === 'item.updated'
      ? []
      : [told('agent:tool-use', { tool: 'todo_list', input: { items } })];
  return [...use, { kind: 'progress', progress }];
};
