// The table `sockets`: which objects hold a socket, or which ticket for one was given, that dies with a credential.

const ADD = `INSERT INTO sockets (credential, object, expires_at) SELECT value, ?2, ?3 FROM json_each(?1) WHERE true
  ON CONFLICT DO UPDATE SET expires_at = MAX(expires_at, excluded.expires_at)`;
const TAKE = `DELETE FROM sockets WHERE credential IN (SELECT value FROM json_each(?1))
  RETURNING object, expires_at AS expiresAt`;

/** Of a project: its own, those of its tasks and of its endpoints. Each is read by an index of its own. */
const OF_PROJECT = `SELECT DISTINCT object FROM sockets WHERE object = ?1 AND expires_at > ?2
  UNION SELECT s.object FROM tasks t CROSS JOIN sockets s ON s.object = t.id
  WHERE t.project_id = ?1 AND s.expires_at > ?2
  UNION SELECT s.object FROM webhook_endpoints w CROSS JOIN sockets s ON s.object = w.id
  WHERE w.project_id = ?1 AND s.expires_at > ?2`;

/** `object` is the id of a task or a project, or the mark of a ticket. */
export const insertSockets = (
  db: D1Database,
  subjects: readonly string[],
  { object, expiresAt }: { readonly object: string; readonly expiresAt: number },
): D1PreparedStatement => db.prepare(ADD).bind(JSON.stringify(subjects), object, expiresAt);

/** Which objects have to be told that these have died; they are told once. */
export async function takeSockets(
  db: D1Database,
  subjects: readonly string[],
  now: number,
): Promise<readonly string[]> {
  const { results } = await db
    .prepare(TAKE)
    .bind(JSON.stringify(subjects))
    .all<{ object: string; expiresAt: number }>();
  return [...new Set(results.filter((row) => row.expiresAt > now).map(({ object }) => object))];
}

/** Which objects of a project hold sockets. */
export async function findSocketsOfProject(
  db: D1Database,
  projectId: string,
  now: number,
): Promise<readonly string[]> {
  const { results } = await db.prepare(OF_PROJECT).bind(projectId, now).all<{ object: string }>();
  return results.map(({ object }) => object);
}
