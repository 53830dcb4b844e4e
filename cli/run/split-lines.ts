/** A line longer than this is cut; what follows up to its end is counted, not kept. */
export const LINE_CHARS_MAX = 65_536;

export interface Line {
  readonly text: string;
  /** Characters that were cut from the end. */
  readonly dropped: number;
}

/**
 * Bytes of one stream to lines. UTF-8 may be split anywhere and is replaced where it is broken; LF,
 * CRLF and a lone CR end a line (a progress bar is many lines, so nothing is lost).
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #text = '';
  #dropped = 0;
  /** A CR at the end of a chunk may be half of a CRLF; it waits for the next one. */
  #hasCr = false;
  #skipsLf = false;
  readonly #charsMax: number;

  constructor(charsMax = LINE_CHARS_MAX) {
    this.#charsMax = charsMax;
  }

  push(chunk: Uint8Array): Line[] {
    return this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  /** True while an unfinished line waits. */
  get hasRest(): boolean {
    return this.#text !== '';
  }

  /** The start of the unfinished line. */
  get rest(): string {
    return this.#text;
  }

  /** Gives up waiting for the end of the line. */
  flush(): Line[] {
    if (!this.hasRest) return [];
    this.#skipsLf = this.#hasCr;
    this.#hasCr = false;
    return [this.#line()];
  }

  end(): Line[] {
    return [...this.#take(this.#decoder.decode()), ...this.flush()];
  }

  #take(chunk: string): Line[] {
    let text = this.#hasCr ? `\r${chunk}` : chunk;
    if (this.#skipsLf && text.startsWith('\n')) text = text.slice(1);
    if (chunk !== '') this.#skipsLf = false;
    this.#hasCr = text.endsWith('\r');
    if (this.#hasCr) text = text.slice(0, -1);
    const lines: Line[] = [];
    let from = 0;
    for (const match of text.matchAll(/\r\n|\n|\r/g)) {
      this.#append(text.slice(from, match.index));
      from = match.index + match[0].length;
      const isEmptyRedraw = match[0] === '\r' && !this.hasRest;
      if (!isEmptyRedraw) lines.push(this.#line());
    }
    this.#append(text.slice(from));
    return lines;
  }

  #append(text: string): void {
    const kept = text.slice(0, this.#charsMax - this.#text.length);
    this.#text += kept;
    this.#dropped += text.length - kept.length;
  }

  #line(): Line {
    const line = { text: this.#text, dropped: this.#dropped };
    this.#text = '';
    this.#dropped = 0;
    return line;
  }
}
