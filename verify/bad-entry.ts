/** The entry of a bundle that does not hold, by its line, and why. */
export class BadEntry extends Error {
  readonly line: number;

  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }

  /** What was thrown where a line was looked at: other errors come of content that no server writes. */
  static of(error: unknown, line: number): BadEntry {
    return error instanceof BadEntry
      ? error
      : new BadEntry(line, 'it cannot be read as what a server writes');
  }
}
