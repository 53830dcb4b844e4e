// The table `projects`.

export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly defaultEnvironment: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

const COLUMNS = `id, name, description, default_environment AS defaultEnvironment, created_by AS createdBy,
  created_at AS createdAt, updated_at AS updatedAt, revision`;
const FIND = `SELECT ${COLUMNS} FROM projects WHERE id = ? AND deleted_at IS NULL`;
export function findProject(db: D1Database, id: string): Promise<ProjectRow | null> {
  return db.prepare(FIND).bind(id).first<ProjectRow>();
}
