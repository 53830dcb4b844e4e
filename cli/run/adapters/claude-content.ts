// The blocks of a message: what the agent says, thinks, calls and gets.
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts';
import { noted, type Told, told } from './told.ts';
import type { ToolNames } from './tool-names.ts';

/** What the blocks of a message of the agent tell. */
export const readAgentContent = (content: unknown, tools: ToolNames): readonly Told[] =>
  listOf(content).flatMap((block) => readBlock(fieldsOf(block), tools));

/** What the blocks of a message to the agent tell: results, and what it is told besides. */
export const readUserContent = (content: unknown, tools: ToolNames): readonly Told[] => {
  if (typeof content === 'string') return said(content);
  return listOf(content)
    .map(fieldsOf)
    .flatMap((block) =>
      block['type'] === 'text' ? said(textOf(block['text'])) : readBlock(block, tools),
    );
};

const said = (text: string): readonly Told[] => (text === '' ? [] : [noted('debug', text)]);

const readBlock = (block: Fields, tools: ToolNames): readonly Told[] => {
  const type = textOf(block['type']);
  // Calls and results of the provider's own tools have names such as server_tool_use.
  if (type.endsWith('tool_use')) return [readCall(block, tools)];
  if (type.endsWith('tool_result')) return [readResult(block, tools)];
  switch (type) {
    case 'text':
      return [told('agent:message', { message: textOf(block['text']) })];
    case 'thinking':
      return [told('agent:thinking', { thinking: textOf(block['thinking']) })];
    case 'redacted_thinking':
      return [noted('debug', 'The provider keeps this thought to itself.')];
    default:
      return [noted('debug', JSON.stringify(withoutBytes(block)))];
  }
};

const readCall = (block: Fields, tools: ToolNames): Told => {
  const server = textOf(block['server_name']);
  const name = textOf(block['name']) || 'unknown';
  const tool = (server === '' ? name : `mcp__${server}__${name}`).slice(0, 200);
  tools.add(textOf(block['id']), tool);
  return told('agent:tool-use', { tool, input: block['input'] ?? {} });
};

const readResult = (block: Fields, tools: ToolNames): Told => {
  const tool = tools.take(textOf(block['tool_use_id']));
  const output = outputOf(block['content']);
  const isError = block['is_error'] === true || isFault(block['content']);
  return told('agent:tool-result', { tool, isError, ...(output === '' ? {} : { output }) });
};

/** The provider's own tools tell a fault by the type of what they return. */
const isFault = (content: unknown): boolean =>
  textOf(fieldsOf(content)['type']).endsWith('_tool_result_error');

/** Text where it is all text; else the blocks, without the bytes of pictures. */
const outputOf = (content: unknown): unknown => {
  if (!Array.isArray(content)) return content ?? '';
  const blocks = content.map(fieldsOf);
  const isText = blocks.every((block) => block['type'] === 'text');
  return isText
    ? blocks.map((block) => textOf(block['text'])).join('\n')
    : blocks.map(withoutBytes);
};

const withoutBytes = (block: Fields): Fields => {
  const source = fieldsOf(block['source']);
  const { data, ...rest } = source;
  if (typeof data !== 'string') return block;
  return { ...block, source: { ...rest, data: `[${data.length} characters left out]` } };
};
