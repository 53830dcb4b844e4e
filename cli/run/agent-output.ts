// What a command writes becomes events of its task, outputs and progress.
import type { Readable } from 'node:stream';
import type { Work } from '../../src/contract/work.ts';
import type { Terminal } from '../terminal.ts';
import { cleanText, cutText, jsonBytes } from './clean-text.ts';
import { type LineRules, type Progress, readLine } from './line-protocol.ts';
import type { Outbox } from './outbox.ts';
import { type Line, LineSplitter } from './split-lines.ts';

/** One event is at most 64 KiB of JSON; the rest of it needs a little room. */
const MESSAGE_BYTES_MAX = 60_000;
/** A prompt without a line end is shown after so long. */
const REST_MS_MAX = 2_000;
const OUTPUTS_MAX = 50;
const SUMMARY_CHARS_MAX = 500;

export interface Failure {
  readonly message: string;
  readonly retryable: boolean;
}

interface OutputOptions {
  readonly taskId: string;
  readonly work: Work;
  readonly rules: LineRules;
  readonly outbox: Outbox;
  readonly terminal: Terminal;
  readonly onProgress: (progress: Progress) => void;
}

/** Reads both streams of one run of a stage. */
export class AgentOutput {
  readonly outputs: Record<string, string> = {};
  /** The last line of stdout that is not empty. */
  summary = '';
  /** The last line of stderr that is not empty. */
  complaint = '';
  failure: Failure | undefined;
  readonly #options: OutputOptions;
  #lastDataAt = performance.now();
  #paused = 0;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** How long both streams have been silent; 0 while the outbox holds them back. */
  get silentMs(): number {
    return this.#paused > 0 ? 0 : performance.now() - this.#lastDataAt;
  }

  /** Reads a stream to its end. */
  async read(stream: Readable, level: 'info' | 'warn'): Promise<void> {
    const splitter = new LineSplitter();
    let restTimer: NodeJS.Timeout | undefined;
    try {
      for await (const chunk of stream) {
        clearTimeout(restTimer);
        this.#lastDataAt = performance.now();
        this.#take(splitter.push(chunk as Uint8Array), level);
        // Half a `::sluice` line is no text: that one waits for its end.
        if (splitter.hasRest && !splitter.rest.startsWith('::')) {
          restTimer = setTimeout(() => this.#take(splitter.flush(), level), REST_MS_MAX);
        }
        this.#paused += 1;
        await this.#options.outbox.whenRoom();
        this.#paused -= 1;
      }
    } catch {
      // The stream was destroyed: a process outside the group held it open.
    }
    clearTimeout(restTimer);
    this.#take(splitter.end(), level);
  }

  #take(lines: readonly Line[], level: 'info' | 'warn'): void {
    for (const line of lines) this.#line(line, level);
  }

  #line({ text, dropped }: Line, level: 'info' | 'warn'): void {
    const said = readLine(text, this.#options.rules);
    switch (said.kind) {
      case 'text':
        this.#log(level, text, dropped);
        break;
      case 'unclear': {
        // The key is a secret of this run, and a line with a typing error may hold it.
        const shown = text.replaceAll(this.#options.rules.key, '…');
        this.#log('warn', `This ::sluice line was not understood, ${said.why}: ${shown}`, dropped);
        break;
      }
      case 'event':
        this.#event(said.type, said.data);
        break;
      case 'progress':
        this.#options.onProgress(said.progress);
        break;
      case 'output':
        this.#output(said.key, said.value);
        break;
      case 'fail':
        this.failure = { message: said.message, retryable: said.retryable };
        this.#log('error', said.message);
        break;
      default:
        said satisfies never;
    }
  }

  #log(level: string, text: string, dropped = 0): void {
    const message = cutText(cleanText(text), MESSAGE_BYTES_MAX, dropped);
    const { work, taskId } = this.#options;
    this.#options.terminal.agent({ taskId, text: message });
    // The log of a task takes no empty message.
    if (text.trim() === '') return;
    if (level === 'info') this.summary = message.slice(0, SUMMARY_CHARS_MAX).toWellFormed();
    if (level === 'warn') this.complaint = message.slice(0, SUMMARY_CHARS_MAX).toWellFormed();
    this.#options.outbox.push('log:entry', { level, message, ...this.#agent(), stage: work.stage });
  }

  #event(type: string, data: Record<string, unknown>): void {
    const { message } = data;
    if (type === 'log:entry') {
      this.#log(String(data['level']), String(message));
      return;
    }
    const fitting =
      type === 'agent:message' ? { message: cutText(String(message), MESSAGE_BYTES_MAX) } : data;
    if (jsonBytes(fitting) > MESSAGE_BYTES_MAX) {
      this.#log('warn', `An event of type ${type} is too large: ${JSON.stringify(data)}`);
      return;
    }
    const isAgents = type.startsWith('agent:');
    this.#options.outbox.push(type, isAgents ? { ...fitting, ...this.#agent() } : fitting);
    if (type !== 'agent:message') return;
    this.#options.terminal.agent({ taskId: this.#options.taskId, text: String(message) });
  }

  #output(key: string, value: string): void {
    const isNew = !Object.hasOwn(this.outputs, key);
    if (isNew && Object.keys(this.outputs).length === OUTPUTS_MAX) {
      this.#log('warn', `Output ${key} is one too many: a stage has at most ${OUTPUTS_MAX}.`);
      return;
    }
    if (jsonBytes(value) > MESSAGE_BYTES_MAX) {
      this.#log('warn', `Output ${key} is too large: at most ${MESSAGE_BYTES_MAX} bytes.`);
      return;
    }
    this.outputs[key] = value;
    this.#options.outbox.push('output:set', { key, value });
  }

  #agent(): { agent?: string } {
    const name = this.#options.work.agent?.name;
    return name === undefined ? {} : { agent: name };
  }
}
