import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Template, TemplateChange } from '../../contract/template.ts';

export const TEMPLATE_MIGRATIONS: readonly string[] = [
  'CREATE TABLE templates(id TEXT PRIMARY KEY, body TEXT NOT NULL)',
];

const fromRow = ({ body }: { body: string }): Template =>
  // Our own bytes, written by `#put`.
  JSON.parse(body) as Template;

/** The templates of a project. Their ids sort by creation. */
export class TemplateTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Refused where the project has as many as it may have. */
  add(template: Template, max: number): Result<Template> {
    if (this.#sql.exec<{ n: number }>('SELECT count(*) AS n FROM templates').one().n >= max) {
      return refuse('invalid_request', `A project has at most ${max} templates.`);
    }
    this.#put(template);
    return ok(template);
  }

  #put(template: Template): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO templates(id, body) VALUES (?, ?)',
      template.id,
      JSON.stringify(template),
    );
  }

  find(id: string): Template | null {
    const [row] = this.#sql
      .exec<{ body: string }>('SELECT body FROM templates WHERE id = ?', id)
      .toArray();
    return row === undefined ? null : fromRow(row);
  }

  /** Newest first, older than `before`. */
  page(before: string | null, limit: number): Template[] {
    return this.#sql
      .exec<{ body: string }>(
        'SELECT body FROM templates WHERE (?1 IS NULL OR id < ?1) ORDER BY id DESC LIMIT ?2',
        before,
        limit,
      )
      .toArray()
      .map(fromRow);
  }

  /** Changes what is given; null for a template that is not there. */
  change(id: string, change: TemplateChange, now: number): Template | null {
    const before = this.find(id);
    if (before === null) return null;
    const { acceptanceCriteria = before.acceptanceCriteria, ...fields } = change;
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    // Later than before, however fast it is changed: a reader tells versions apart by it.
    const updatedMs = Math.max(now, Date.parse(before.updatedAt) + 1);
    const { acceptanceCriteria: _, ...kept } = before;
    const template = {
      ...kept,
      ...Object.fromEntries(given),
      ...(acceptanceCriteria ? { acceptanceCriteria } : {}),
      updatedAt: new Date(updatedMs).toISOString(),
    };
    this.#put(template);
    return template;
  }

  remove(id: string): boolean {
    return this.#sql.exec('DELETE FROM templates WHERE id = ?', id).rowsWritten > 0;
  }
}
