// The only door to D1. Tables of a project are asked through `ProjectDb`, which binds the project's id itself, so that no
// statement can reach another project's rows; the others (people, clients, tokens, keys) through `platformDb`.

export interface DatabaseEnv {
  readonly DB: D1Database;
}

/** For tables that belong to no project, and for finding the project of a row that is named by its own id. */
export const platformDb = (env: DatabaseEnv): D1Database => env.DB;

const NAMES_PROJECT =
  /\b(?:\w+\.)?project_id\s*=\s*\?1\b|\bproject_id\b[^;]*\bVALUES\s*\(\s*[^)]*\?1\b|\(project_id,[^;]*\)\s*SELECT \?1\b/i;

/** The rows of one project. Each statement names the project as `?1`, which is bound here; its own values begin with `?2`. */
export class ProjectDb {
  readonly projectId: string;
  readonly #db: D1Database;

  constructor(env: DatabaseEnv, projectId: string) {
    this.#db = env.DB;
    this.projectId = projectId;
  }

  prepare(sql: string, ...values: readonly (string | number | null)[]): D1PreparedStatement {
    if (!NAMES_PROJECT.test(sql)) throw new Error('A statement of a project does not name it.');
    return this.#db.prepare(sql).bind(this.projectId, ...values);
  }

  /** All of them in one transaction. */
  batch<T>(statements: D1PreparedStatement[]): Promise<D1Result<T>[]> {
    return this.#db.batch<T>(statements);
  }
}
