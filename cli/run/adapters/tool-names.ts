const NAMES_MAX = 1_000;

/** The tools of calls whose results have not come. */
export class ToolNames {
  readonly #names = new Map<string, string>();

  has(id: string): boolean {
    return this.#names.has(id);
  }

  add(id: string, name: string): void {
    const [oldest] = this.#names.keys();
    if (this.#names.size >= NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
    this.#names.set(id, name);
  }

  /** The name, once; a result whose call was not seen has none. */
  take(id: string): string {
    const name = this.#names.get(id) ?? 'unknown';
    this.#names.delete(id);
    return name;
  }
}
