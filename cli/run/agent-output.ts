// What a command writes becomes events of its task, outputs, progress, and subtasks that it asks for.
import type { Readable } from 'node:stream';
import type { DecomposeBody } from '../../src/contract/subtask.ts';
import { fieldsOf } from './adapters/fields.ts';
import type { AgentFault, Told } from './adapters/told.ts';
import { cleanText, cutText, jsonBytes } from './clean-text.ts';
import type { CommandOutput } from './command-run.ts';
import { DecomposeBlock } from './decompose-block.ts';
import { fitValue } from './fit-value.ts';
import { type Progress, readLine } from './line-protocol.ts';
import type { OutputOptions } from './output-options.ts';
import { OutputReader } from './output-reader.ts';
import { LINE_CHARS_MAX, type Line } from './split-lines.ts';
import { StageOutputs } from './stage-outputs.ts';
import { MESSAGE_BYTES_MAX, TaskLog } from './task-log.ts';

const SUMMARY_CHARS_MAX = 500;
/** A line of an agent's own format may hold a whole file. */
const JSON_CHARS_MAX = 16_777_216;
/** Leaves room for what stands beside the longest text of an event. */
const TEXT_BYTES_MAX = MESSAGE_BYTES_MAX - 1_000;

type Level = 'info' | 'warn';

/** Reads both streams of one run of a stage. */
export class AgentOutput implements CommandOutput {
  readonly #outputs = new StageOutputs();
  /** The last line of stdout that is not empty. */
  summary = '';
  /** The last line of stderr that is not empty. */
  complaint = '';
  failure: AgentFault | undefined;
  /** What was asked for last; nothing where that was not understood. */
  decompose: DecomposeBody | undefined;
  readonly #options: OutputOptions;
  readonly #reader: OutputReader;
  readonly #log: TaskLog;
  readonly #block = new DecomposeBlock((asked) => this.#decomposeBlock(asked));

  constructor(options: OutputOptions) {
    const { work, outbox } = options;
    this.#options = options;
    this.#reader = new OutputReader(outbox);
    this.#log = new TaskLog({ ...options, agent: work.agent?.name, stage: work.stage });
  }

  get outputs(): Record<string, string> {
    return this.#outputs.values;
  }

  get isHeldBack(): boolean {
    return this.#reader.isHeldBack;
  }

  get silentMs(): number {
    return this.#reader.silentMs;
  }

  /** Reads a stream to its end. */
  async read(stream: Readable, level: Level): Promise<void> {
    await this.#reader.read(stream, {
      onLine: (line) => this.#line(line, level),
      mayCut: (rest) => !this.#isMeant(rest, level),
      lineCharsMax: this.#isAdapted(level) ? JSON_CHARS_MAX : LINE_CHARS_MAX,
    });
    if (level === 'info') this.#block.end();
  }

  /** Half a `::sluice` line is no text, nor half a line of a block: those wait for their end. */
  #isMeant(rest: string, level: Level): boolean {
    if (this.#isAdapted(level) && rest.startsWith('{')) return true;
    return rest.startsWith('::') || (level === 'info' && (this.#block.isOpen || /^```/.test(rest)));
  }

  #isAdapted(level: Level): boolean {
    return level === 'info' && this.#options.session.adapter !== undefined;
  }

  #line(line: Line, level: Level): void {
    const isWhole = this.#isAdapted(level) && line.dropped === 0;
    const told = isWhole ? this.#options.session.adapter?.read(line.text) : undefined;
    if (told === undefined) this.#plain(line, level);
    else for (const one of told) this.#told(one);
  }

  #told(told: Told): void {
    const { session, onFull } = this.#options;
    switch (told.kind) {
      case 'event':
        this.#adapted(told.type, told.data);
        break;
      case 'log':
        this.#log.write(told.level, told.text);
        break;
      case 'progress':
        this.#progress(told.progress);
        break;
      case 'session':
        session.begin(told.sessionId);
        break;
      case 'cost':
        session.cost(told.dollars);
        break;
      case 'summary':
        this.summary = cleanText(told.text).slice(0, SUMMARY_CHARS_MAX).toWellFormed();
        break;
      case 'full':
        this.failure = { ...told, retryable: true, pauseReason: 'session_limit' };
        onFull();
        break;
      case 'ended':
        this.failure = told.fault;
        break;
      default:
        told satisfies never;
    }
  }

  /** An agent's own event is cut where it is too large; its words may ask for subtasks. */
  #adapted(type: string, data: Record<string, unknown>): void {
    const { message } = data;
    if (typeof message === 'string' && !this.#options.rules.strict) {
      for (const text of message.split(/\r\n|\n|\r/)) this.#block.take({ text, dropped: 0 });
      this.#block.end();
    }
    const shown = this.#options.outbox.mask(data);
    const fitting = Object.entries(shown).map(([key, value]) => [
      key,
      fitValue(value, TEXT_BYTES_MAX),
    ]);
    this.#event(type, Object.fromEntries(fitting));
  }

  #plain(line: Line, level: Level): void {
    const said = readLine(line.text, this.#options.rules);
    switch (said.kind) {
      case 'text':
        this.#text(line, level);
        break;
      case 'unclear':
        this.#unclear(said.why, line);
        break;
      case 'event':
        this.#event(said.type, said.data);
        break;
      case 'progress':
        this.#progress(said.progress);
        break;
      case 'output':
        this.#output(said.key, said.value);
        break;
      case 'artifact':
        this.#options.onArtifact(said.asked);
        break;
      case 'decompose':
        this.decompose = typeof said.asked === 'string' ? undefined : said.asked;
        if (typeof said.asked === 'string') this.#unclear(said.asked, line);
        break;
      case 'gate':
        this.#options.onGate(said.asked);
        break;
      case 'fail':
        this.failure = { message: said.message, retryable: said.retryable };
        this.#log.write('error', said.message);
        break;
      default:
        said satisfies never;
    }
  }

  #text(line: Line, level: Level): void {
    // Who wants the key on every line that counts has nothing read out of mere text.
    const isRead = level === 'info' && !this.#options.rules.strict;
    const isBlock = isRead && this.#block.take(line);
    this.#say(level, line.text, { dropped: line.dropped, isBlock });
  }

  /** A key is a secret of its run, and a line with a typing error may hold this one or a neighbour's. */
  #unclear(why: string, { text, dropped }: Line): void {
    const shown = text
      .replace(/^::sluice:\S+/, '::sluice:…')
      .replaceAll(this.#options.rules.key, '…');
    this.#say('warn', `This ::sluice line was not understood, ${why}: ${shown}`, { dropped });
  }

  #decomposeBlock(asked: DecomposeBody | string): void {
    this.decompose = typeof asked === 'string' ? undefined : asked;
    if (typeof asked === 'string') {
      this.#say('warn', `The decompose block was not understood, ${asked}.`);
    }
  }

  #say(level: string, text: string, { dropped = 0, isBlock = false } = {}): void {
    const message = this.#log.write(level, text, dropped);
    if (message === '' || isBlock) return;
    if (level === 'info') this.summary = message.slice(0, SUMMARY_CHARS_MAX).toWellFormed();
    if (level === 'warn') this.complaint = message.slice(0, SUMMARY_CHARS_MAX).toWellFormed();
  }

  #event(type: string, data: Record<string, unknown>): void {
    const { message } = data;
    if (type === 'log:entry') {
      this.#say(String(data['level']), String(message));
      return;
    }
    const fitting =
      type === 'agent:message' ? { message: cutText(String(message), MESSAGE_BYTES_MAX) } : data;
    if (jsonBytes(fitting) > MESSAGE_BYTES_MAX) {
      this.#say('warn', `An event of type ${type} is too large: ${JSON.stringify(data)}`);
      return;
    }
    const { taskId, work, outbox, terminal } = this.#options;
    const agent = work.agent === undefined ? {} : { agent: work.agent.name };
    outbox.push(type, type.startsWith('agent:') ? { ...fitting, ...agent } : fitting);
    const { tool, input } = data;
    if (type === 'agent:tool-use') {
      terminal.agent({ taskId, text: `${String(tool)} ${outbox.mask(doingOf(input))}` });
    }
    if (type === 'agent:message') terminal.agent({ taskId, text: outbox.mask(String(message)) });
  }

  #progress(progress: Progress): void {
    const { taskId, terminal, outbox, onProgress } = this.#options;
    const { percent, message = '' } = progress;
    const part = percent === undefined ? '' : `${Math.round(percent)} % `;
    terminal.doing({ taskId, text: outbox.mask(`${part}${message}`) });
    onProgress(progress);
  }

  #output(key: string, value: string): void {
    const fault = this.#outputs.set(key, value);
    if (fault === undefined) this.#options.outbox.push('output:set', { key, value });
    else this.#say('warn', fault);
  }
}

/** The words of a call that tell most of it: its command, its file, its question. */
const doingOf = (input: unknown): string => {
  const [text = ''] = Object.values(fieldsOf(input)).filter((value) => typeof value === 'string');
  return text;
};
