// Output that waits for the server on disk: lines in order, read from the front, written at the end.
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

export interface Waiting {
  readonly type: string;
  readonly at: string;
  readonly data: Record<string, unknown>;
}

/** How much is read at once; no line is longer. */
const CHUNK_BYTES = 1_048_576;
/** Stands before a line that may be dropped. */
const DEBUG = 'd';
const OTHER = ' ';

const isDebug = ({ data }: Waiting): boolean => data['level'] === 'debug';

export class Spool {
  readonly #file: string;
  readonly #bytesMax: number;
  #fd: number | undefined;
  #from = 0;
  #to = 0;
  /** What the disk did not take, behind all that it did. */
  #unwritten: string[] = [];
  #debugCount = 0;

  constructor(file: string, bytesMax = 67_108_864) {
    this.#file = file;
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#to - this.#from;
  }

  get isEmpty(): boolean {
    return this.bytes === 0 && this.#unwritten.length === 0;
  }

  get isFull(): boolean {
    return this.bytes >= this.#bytesMax || this.#unwritten.length > 0;
  }

  push(event: Waiting): void {
    if (isDebug(event)) this.#debugCount += 1;
    this.#append(`${isDebug(event) ? DEBUG : OTHER}${JSON.stringify(event)}\n`);
  }

  /** The next ones, at most so many bytes of them, but one at least. */
  take(bytesMax: number): Waiting[] {
    const isOnDisk = this.bytes > 0;
    const lines = isOnDisk ? this.#lines(bytesMax) : this.#unwritten.map(withoutEnd);
    if (!isOnDisk) this.#unwritten = [];
    if (this.bytes === 0) this.#restart();
    return lines.map((line) => {
      if (line.startsWith(DEBUG)) this.#debugCount -= 1;
      // A line that this object has written itself.
      return JSON.parse(line.slice(1)) as Waiting;
    });
  }

  /** Makes room by what matters least; gives how many entries are gone. */
  dropDebug(): number {
    const dropped = this.#debugCount;
    if (dropped === 0) return 0;
    const kept: string[] = [];
    while (this.bytes > 0) {
      for (const line of this.#lines(CHUNK_BYTES)) if (!line.startsWith(DEBUG)) kept.push(line);
    }
    kept.push(...this.#unwritten.filter((line) => !line.startsWith(DEBUG)).map(withoutEnd));
    this.#debugCount = 0;
    this.#unwritten = [];
    this.#restart();
    for (const line of kept) this.#append(`${line}\n`);
    return dropped;
  }

  /** What was not sent is of a lease that is over: nobody may send it any more. */
  close(): void {
    this.#unwritten = [];
    this.#from = 0;
    this.#to = 0;
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    rmSync(this.#file, { force: true });
  }

  #append(line: string): void {
    if (this.#unwritten.length > 0) {
      this.#unwritten.push(line);
      return;
    }
    const bytes = Buffer.from(line);
    try {
      this.#fd ??= this.#open();
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#to + written);
      }
      this.#to += bytes.length;
    } catch {
      // The disk is full or gone: the line waits in memory, and its reader with it.
      this.#unwritten.push(line);
    }
  }

  #open(): number {
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    return openSync(this.#file, 'w+', 0o600);
  }

  /** Whole lines from the front, without their ends. */
  #lines(bytesMax: number): string[] {
    if (this.#fd === undefined || this.bytes === 0) return [];
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, this.bytes));
    const read = readSync(this.#fd, chunk, 0, chunk.length, this.#from);
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0 && end < read; end = chunk.indexOf(10, start)) {
      if (lines.length > 0 && end + 1 > bytesMax) break;
      lines.push(chunk.toString('utf8', start, end));
      start = end + 1;
    }
    this.#from += start;
    return lines;
  }

  #restart(): void {
    this.#from = 0;
    this.#to = 0;
    if (this.#fd !== undefined) ftruncateSync(this.#fd);
  }
}

const withoutEnd = (line: string): string => line.slice(0, -1);
