// What a client sends on one connection, read for its requests (RFC 9112), so that a line can say each of them twice.

const HEAD_END = '\r\n\r\n';
const HEAD_BYTES_MAX = 65_536;

/** Reads along. What it cannot read, a socket or a body of unknown length, it leaves alone. */
export class RequestCopies {
  readonly #onPost: (request: Buffer) => void;
  #pending: Buffer = Buffer.alloc(0);
  #isReadable = true;

  /** `onPost` gets each whole POST request, as one that a connection of its own is closed behind. */
  constructor(onPost: (request: Buffer) => void) {
    this.#onPost = onPost;
  }

  read(chunk: Buffer): void {
    if (!this.#isReadable) return;
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#takeRequest());
  }

  /** False until there is a whole request more. */
  #takeRequest(): boolean {
    const end = this.#pending.indexOf(HEAD_END);
    if (end === -1) {
      if (this.#pending.length > HEAD_BYTES_MAX) this.#giveUp();
      return false;
    }
    const head = this.#pending.subarray(0, end).toString('latin1');
    if (/^(?:upgrade|transfer-encoding):/im.test(head)) {
      this.#giveUp();
      return false;
    }
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    const whole = end + HEAD_END.length + length;
    if (this.#pending.length < whole) return false;
    const body = this.#pending.subarray(end + HEAD_END.length, whole);
    this.#pending = this.#pending.subarray(whole);
    if (head.startsWith('POST ')) this.#onPost(closingBehind(head, body));
    return true;
  }

  #giveUp(): void {
    this.#isReadable = false;
    this.#pending = Buffer.alloc(0);
  }
}

const closingBehind = (head: string, body: Buffer): Buffer => {
  const own = head.replace(/^connection:.*\r\n/im, '');
  return Buffer.concat([Buffer.from(`${own}\r\nconnection: close${HEAD_END}`, 'latin1'), body]);
};
