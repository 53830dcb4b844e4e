// The table `used_jti`: what may be shown once.

const USE = 'INSERT INTO used_jti (k, expires_at) VALUES (?1, ?2) ON CONFLICT (k) DO NOTHING';

/** Whether this is the first use; it is remembered until `expiresAt`, in milliseconds. */
export async function useOnce(db: D1Database, k: string, expiresAt: number): Promise<boolean> {
  return (await db.prepare(USE).bind(k, expiresAt).run()).meta.changes > 0;
}
