const BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const END = /-----END [A-Z ]*PRIVATE KEY-----/;
const BODY = /^[A-Za-z0-9+/=:, -]*$/;
const LINES_MAX = 200;

/** A private key that is printed comes a line at a time, and no line of it looks like one. */
export class PemLines {
  #left = 0;

  /** The line as it may be told; empty where it is one of a key that has begun. */
  take(line: string): string {
    if (this.#left > 0) {
      const isKey = this.#left-- > 0 && BODY.test(line);
      if (END.test(line) || !isKey) this.#left = 0;
      if (isKey || END.test(line)) return '';
    }
    if (!BEGIN.test(line) || END.test(line)) return line;
    this.#left = LINES_MAX;
    return line.replace(BEGIN, '[redacted:pem]');
  }
}
