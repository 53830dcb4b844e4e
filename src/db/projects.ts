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
const INSERT = `INSERT INTO projects
  (id, name, description, default_environment, created_by, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

export function findProject(db: D1Database, id: string): Promise<ProjectRow | null> {
  return db.prepare(FIND).bind(id).first<ProjectRow>();
}

/** Makes the project unless it exists; true if this call made it. */
export async function ensureProject(
  db: D1Database,
  project: Omit<ProjectRow, 'revision'>,
): Promise<boolean> {
  const { meta } = await db
    .prepare(INSERT)
    .bind(
      project.id,
      project.name,
      project.description,
      project.defaultEnvironment,
      project.createdBy,
      project.createdAt,
      project.updatedAt,
    )
    .run();
  return meta.changes > 0;
}
