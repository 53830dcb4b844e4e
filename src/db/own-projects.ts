// The projects that a principal is a member of, by name: the tables `members` and `projects`.

export interface OwnProject {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

const LIST = `SELECT p.id, p.name, m.role FROM members m
  JOIN projects p ON p.id = m.project_id AND p.deleted_at IS NULL
  WHERE m.principal_id = ?1 ORDER BY p.name, p.id LIMIT ?2`;

export async function listOwnProjects(
  db: D1Database,
  principalId: string,
  limit: number,
): Promise<readonly OwnProject[]> {
  return (await db.prepare(LIST).bind(principalId, limit).all<OwnProject>()).results;
}
