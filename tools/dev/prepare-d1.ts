// A process of its own that brings the local D1 up to date: `prepare-d1.ts STATE_DIR [STATEMENT…]`. Wrangler's own command does
// the same in thrice the time, and what this one loads, the process of the server need not keep.
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { unstable_readConfig as readConfig } from 'wrangler';
import { applyMigrations, type Database } from '../edge/migrate.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

const [stateDir = '', ...statements] = process.argv.slice(2);
/** What is read of the file here: the library types nothing of it. */
interface Listed {
  readonly binding: string;
  readonly database_id?: string;
}

const { d1_databases: databases } = readConfig({ config: join(PACKAGE_ROOT, 'wrangler.toml') });
const idsByBinding = databases.map(({ binding, database_id: id = '' }: Listed) => [binding, id]);
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    name: 'd1',
    modules: true,
    script: 'export default {}',
    d1Databases: Object.fromEntries(idsByBinding),
    // Where `wrangler dev --persist-to` looks for it.
    resourcePersistencePath: join(stateDir, 'v3'),
    cf: false,
  }),
);
try {
  const database: Database = await miniflare.getD1Database('DB');
  await applyMigrations(database, join(PACKAGE_ROOT, 'migrations'));
  for (const statement of statements) await database.prepare(statement).run();
} finally {
  await miniflare.dispose();
}
