// How a grant ends otherwise than by its person: by theft that was noticed, or by its client.

const END = `UPDATE grants SET revoked_at = ?2, reason = ?3 WHERE id = ?1 AND revoked_at IS NULL`;

/** Changes no row where it has ended before. */
export const endGrant = (
  db: D1Database,
  { id, now, reason }: { readonly id: string; readonly now: number; readonly reason: string },
): D1PreparedStatement => db.prepare(END).bind(id, now, reason);
