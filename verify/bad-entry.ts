/** The entry of a bundle that does not hold, by its line, and why. */
export class BadEntry extends Error {
  readonly line: number;

  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }
}
