// The table `client_documents`: metadata documents of clients as they were fetched, and until when they are believed.

export interface ClientDocumentRow {
  readonly url: string;
  readonly document: string;
  readonly etag: string | null;
  readonly digest: string;
  readonly fetchedAt: number;
  readonly expiresAt: number;
}

const FIND = `SELECT url, document, etag, digest, fetched_at AS fetchedAt, expires_at AS expiresAt
  FROM client_documents WHERE url = ?1`;
/** Whoever has a host can have as many documents as they like. */
const ROWS_MAX = 5_000;
const KEEP = `INSERT INTO client_documents (url, document, etag, digest, fetched_at, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM client_documents WHERE url <> ?1) < ${ROWS_MAX}
  ON CONFLICT (url) DO UPDATE SET document = ?2, etag = ?3, digest = ?4, fetched_at = ?5, expires_at = ?6`;

export const findClientDocument = (
  db: D1Database,
  url: string,
): Promise<ClientDocumentRow | null> => db.prepare(FIND).bind(url).first<ClientDocumentRow>();

/** Keeps it unless there are 5,000 others: what is not kept is fetched again the next time. */
export async function keepClientDocument(db: D1Database, row: ClientDocumentRow): Promise<void> {
  const { url, document, etag, digest, fetchedAt, expiresAt } = row;
  await db.prepare(KEEP).bind(url, document, etag, digest, fetchedAt, expiresAt).run();
}
