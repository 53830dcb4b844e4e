import { describe, expect, it } from 'vitest';
import { readLine } from '../../cli/run/line-protocol.ts';

const loose = { key: 'k3y', strict: false };
const strict = { key: 'k3y', strict: true };

describe('::sluice lines', () => {
  it.each([
    ['{"type":"log","level":"warn","message":"m"}', 'log:entry', { level: 'warn', message: 'm' }],
    ['{"type":"message","message":"hi"}', 'agent:message', { message: 'hi' }],
    ['{"type":"thinking","thinking":"hm"}', 'agent:thinking', { thinking: 'hm' }],
    [
      '{"type":"tool-use","tool":"Bash","input":{"c":1}}',
      'agent:tool-use',
      { tool: 'Bash', input: { c: 1 } },
    ],
    [
      '{"type":"tool-result","tool":"Bash","output":"x","isError":true}',
      'agent:tool-result',
      { tool: 'Bash', output: 'x', isError: true },
    ],
    [
      '{"type":"usage","model":"m","inputTokens":3,"outputTokens":4}',
      'usage:report',
      { model: 'm', inputTokens: 3, outputTokens: 4 },
    ],
    [
      '{"type":"changes","files":1,"insertions":2,"deletions":3}',
      'changes:report',
      { files: 1, insertions: 2, deletions: 3 },
    ],
    [
      '{"type":"checkpoint","sessionId":"s","data":{"a":1}}',
      'checkpoint:saved',
      { sessionId: 's', data: { a: 1 } },
    ],
  ])('%s becomes %s', (json, type, data) => {
    expect(readLine(`::sluice ${json}`, loose)).toEqual({ kind: 'event', type, data });
  });

  it('reads which file is to be kept', () => {
    expect(readLine('::sluice {"type":"artifact","path":"a/b.txt"}', loose)).toEqual({
      kind: 'artifact',
      asked: { path: 'a/b.txt', type: 'file' },
    });
    const whole = '{"type":"artifact","path":"b.txt","name":"report","kind":"report"}';
    expect(readLine(`::sluice ${whole}`, loose)).toEqual({
      kind: 'artifact',
      asked: { path: 'b.txt', name: 'report', type: 'report' },
    });
  });

  it('reads progress, outputs and failures', () => {
    expect(readLine('::sluice {"type":"progress","percent":40}', loose)).toEqual({
      kind: 'progress',
      progress: { percent: 40 },
    });
    expect(readLine('::sluice {"type":"output","key":"a","value":{"b":1}}', loose)).toEqual({
      kind: 'output',
      key: 'a',
      value: '{"b":1}',
    });
    expect(readLine('::sluice {"type":"fail","message":"no","retryable":false}', loose)).toEqual({
      kind: 'fail',
      message: 'no',
      retryable: false,
    });
  });

  it.each([
    'plain text $(touch x)',
    ' ::sluice {"type":"message","message":"indented"}',
    '\u001b[1m::sluice {"type":"fail","message":"x"}',
    '::sluiced {"type":"message"}',
    'cat says ::sluice {"type":"fail","message":"x"}',
  ])('is text where it is not alone on the line: %j', (line) => {
    expect(readLine(line, loose)).toEqual({ kind: 'text' });
  });

  it.each([
    '::sluice',
    '::sluice {"type":"message"',
    '::sluice [1]',
    '::sluice {"type":"gate","name":"push"}',
    '::sluice {"type":"artifact","name":"x"}',
    '::sluice {"type":"artifact","path":"x","kind":"virus"}',
    '::sluice {"type":"constructor"}',
    '::sluice {"type":"message","message":1}',
    '::sluice {"type":"usage","inputTokens":-1}',
    '::sluice {"type":"usage","inputTokens":1.5}',
    '::sluice {"type":"progress","percent":101}',
    '::sluice:wrong {"type":"message","message":"x"}',
  ])('says so when it is not understood: %s', (line) => {
    expect(readLine(line, loose).kind).toBe('unclear');
  });

  it('takes only lines with the key when strict, and the key at all times', () => {
    const said = '{"type":"message","message":"x"}';
    expect(readLine(`::sluice ${said}`, strict)).toEqual({ kind: 'text' });
    expect(readLine(`::sluice:k3y ${said}`, strict).kind).toBe('event');
    expect(readLine(`::sluice:k3y ${said}`, loose).kind).toBe('event');
  });

  it('cannot hurt by depth or lone surrogates', () => {
    const deep = `{"type":"tool-use","tool":"t","input":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    expect(readLine(`::sluice ${deep}`, loose).kind).toBe('event');
    expect(readLine('::sluice {"type":"message","message":"\\ud800"}', loose)).toEqual({
      kind: 'event',
      type: 'agent:message',
      data: { message: '\ufffd' },
    });
  });
});
