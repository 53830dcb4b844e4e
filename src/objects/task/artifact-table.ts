import { ARTIFACT_PAGE_BYTES } from '../../contract/artifact.ts';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS artifacts(
    file INTEGER PRIMARY KEY, begun_at INTEGER NOT NULL, name TEXT, version INTEGER)`,
  `CREATE TABLE IF NOT EXISTS artifact_pages(
    id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, body BLOB NOT NULL)`,
];
/** The id of a page is that of its file and its own: 16 MiB are 16 pages. */
const PAGES_A_FILE = 32;
/** One that is sent for so long is not sent any more. */
const UNDER_WAY_MS = 900_000;

interface Version {
  readonly name: string;
  readonly version: number;
}

/** The bytes of a task's artifacts, in pages. What they are called stands in the log. */
export class ArtifactTable {
  readonly #sql: SqlStorage;
  #isMade = false;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Most tasks have none, and pay for no table. */
  #make(): void {
    if (this.#isMade) return;
    for (const table of TABLES) this.#sql.exec(table);
    this.#isMade = true;
  }

  /** Looking makes none. */
  get #isThere(): boolean {
    this.#isMade ||=
      this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'artifact_pages'").toArray().length >
      0;
    return this.#isMade;
  }

  /** Begins a file that belongs to no artifact yet, and forgets those that never came to belong to one. */
  begin(now: number): number {
    this.#make();
    for (const { file } of this.#underWay(now - UNDER_WAY_MS)) this.drop(file);
    const { file } = this.#sql
      .exec<{ file: number }>('INSERT INTO artifacts(begun_at) VALUES (?) RETURNING file', now)
      .one();
    return file;
  }

  #underWay(begunBefore: number): { file: number }[] {
    return this.#sql
      .exec<{ file: number }>(
        'SELECT file FROM artifacts WHERE name IS NULL AND begun_at < ?',
        begunBefore,
      )
      .toArray();
  }

  /** Adds a page. False: the file is gone, or it has as many as it may have. */
  append(file: number, page: number, body: Uint8Array): boolean {
    if (body.byteLength > ARTIFACT_PAGE_BYTES || page >= PAGES_A_FILE || !this.#isUnderWay(file)) {
      return false;
    }
    this.#sql.exec(
      'INSERT INTO artifact_pages(id, bytes, body) VALUES (?, ?, ?)',
      file * PAGES_A_FILE + page,
      body.byteLength,
      body,
    );
    return true;
  }

  #isUnderWay(file: number): boolean {
    if (!this.#isThere) return false;
    const rows = this.#sql.exec('SELECT 1 FROM artifacts WHERE file = ? AND name IS NULL', file);
    return rows.toArray().length > 0;
  }

  /** Bytes of one file so far. */
  bytesOf(file: number): number {
    return this.#sum('SELECT total(bytes) AS bytes FROM artifact_pages WHERE id BETWEEN ? AND ?', [
      file * PAGES_A_FILE,
      (file + 1) * PAGES_A_FILE - 1,
    ]);
  }

  /** Bytes of all files that belong to no artifact yet. */
  bytesUnderWay(): number {
    return this.#sum(
      `SELECT total(bytes) AS bytes FROM artifacts JOIN artifact_pages
        ON id BETWEEN file * ${PAGES_A_FILE} AND (file + 1) * ${PAGES_A_FILE} - 1
        WHERE name IS NULL`,
      [],
    );
  }

  #sum(query: string, values: readonly number[]): number {
    if (!this.#isThere) return 0;
    return this.#sql.exec<{ bytes: number }>(query, ...values).one().bytes;
  }

  /** The file is this version from now on. */
  assign(file: number, { name, version }: Version): void {
    this.#sql.exec(
      'UPDATE artifacts SET name = ?, version = ? WHERE file = ?',
      name,
      version,
      file,
    );
  }

  drop(file: number): void {
    if (!this.#isThere) return;
    this.#sql.exec(
      'DELETE FROM artifact_pages WHERE id BETWEEN ? AND ?',
      file * PAGES_A_FILE,
      (file + 1) * PAGES_A_FILE - 1,
    );
    this.#sql.exec('DELETE FROM artifacts WHERE file = ?', file);
  }

  /** One page of a version; null past the last. */
  page({ name, version }: Version, page: number): Uint8Array | null {
    if (!this.#isThere) return null;
    const [found] = this.#sql
      .exec<{ body: ArrayBuffer }>(
        `SELECT body FROM artifacts JOIN artifact_pages ON id = file * ${PAGES_A_FILE} + ?
          WHERE name = ? AND version = ?`,
        page,
        name,
        version,
      )
      .toArray();
    return found === undefined ? null : new Uint8Array(found.body);
  }
}
