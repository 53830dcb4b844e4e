// Who may import whom: the table of rooms. A room that is not in the table fails.

import { type Fault, type Source, targetOf } from './source.ts';

interface Room {
  /** Folders of `src` that the room may import; it may always import itself. */
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

const ROOMS: Readonly<Record<string, Room>> = {
  contract: { rooms: [], packages: ['zod'] },
  domain: { rooms: ['contract'], packages: [] },
  db: { rooms: ['contract'], packages: [] },
  webhooks: { rooms: ['contract'], packages: [] },
  auth: { rooms: ['contract', 'db'], packages: ['jose', '@simplewebauthn/server'] },
  // The typed doors to the objects: both who asks them and they themselves go through it.
  rpc: { rooms: ['contract', 'domain'], packages: [] },
  objects: {
    rooms: ['contract', 'domain', 'db', 'webhooks', 'auth', 'rpc'],
    packages: ['cloudflare:workers'],
  },
  actions: { rooms: ['contract', 'domain', 'auth', 'db', 'webhooks', 'rpc'], packages: [] },
  // It asks one object, which counts requests.
  middleware: {
    rooms: ['contract', 'auth', 'db', 'rpc'],
    packages: ['hono', '@hono/zod-openapi', 'zod'],
  },
  routes: {
    rooms: ['contract', 'actions', 'middleware'],
    packages: ['hono', '@hono/zod-openapi', 'zod'],
  },
  mcp: { rooms: ['contract', 'actions', 'middleware'], packages: ['hono', 'zod'] },
  a2a: { rooms: ['contract', 'actions', 'middleware'], packages: ['hono', 'zod'] },
  'app.ts': { rooms: ['contract', 'routes', 'mcp', 'a2a', 'middleware'], packages: ['hono'] },
  'index.ts': { rooms: ['app.ts', 'objects', 'actions'], packages: [] },
  'env.d.ts': { rooms: [], packages: [] },
};

/** The one file of the core that hashes. */
const DIGEST = {
  path: 'src/domain/digest.ts',
  specifier: 'node:crypto',
  names: /^\{ createHash \}/,
};

const COLOURS = 'console/src/style/tokens.css';

export function checkRooms(source: Source): readonly Fault[] {
  if (source.path.startsWith('src/')) return checkWorker(source);
  if (source.path.startsWith('verify/')) return checkVerify(source);
  return checkClient(source);
}

function checkWorker(source: Source): readonly Fault[] {
  const name = roomOf(source.path);
  const room = ROOMS[name];
  if (!room) return [{ path: source.path, line: 1, rule: `src/${name} is no room of the table` }];
  return source.imports
    .filter(({ specifier }) => !mayImport(source, name, room, specifier))
    .map(({ specifier, line }) => {
      return { path: source.path, line, rule: `${name} may not import ${specifier}` };
    });
}

function mayImport(source: Source, name: string, room: Room, specifier: string): boolean {
  const target = targetOf(source, specifier);
  if (target.startsWith('src/')) {
    const other = roomOf(target);
    if (other === name) return name !== 'objects' || isOneObject(source.path, target);
    return room.rooms.includes(other);
  }
  // The colours of the pages that the server draws are those of the console.
  if (target === 'package.json' || target === COLOURS) return name === 'routes';
  if (source.path === DIGEST.path && specifier === DIGEST.specifier) return onlyHashes(source);
  return room.packages.some((known) => target === known || target.startsWith(`${known}/`));
}

/** An object asks another by its door, never by its files; what several share stands above them. */
function isOneObject(path: string, target: string): boolean {
  const [own, other] = [path, target].map((file) => /^src\/objects\/(\w+)\//.exec(file)?.[1]);
  return own === other || other === undefined;
}

function onlyHashes(source: Source): boolean {
  const names = /import\s*([^;]*?)\s*from 'node:crypto'/.exec(source.text)?.[1] ?? '';
  return DIGEST.names.test(names);
}

/** What checks an export runs in a browser, in Node and in the Worker alike: it knows the types of the contract and nothing else. */
function checkVerify(source: Source): readonly Fault[] {
  return source.imports
    .filter(({ specifier, typeOnly }) => {
      const target = targetOf(source, specifier);
      return !target.startsWith('verify/') && !(target.startsWith('src/contract/') && typeOnly);
    })
    .map(({ specifier, line }) => {
      return { path: source.path, line, rule: `verify may not import ${specifier}` };
    });
}

/** The command line and the tools speak HTTP; of the Worker they may know the types of the contract. */
function checkClient(source: Source): readonly Fault[] {
  return source.imports.flatMap(({ specifier, line, typeOnly }) => {
    const target = targetOf(source, specifier);
    if (!target.startsWith('src/')) return [];
    if (target.startsWith('src/contract/') && typeOnly) return [];
    // The console folds events to an earlier moment by the very rules that the server has.
    if (source.path.startsWith('console/src/travel/') && target.startsWith('src/domain/'))
      return [];
    return [{ path: source.path, line, rule: `${source.path} may not import ${specifier}` }];
  });
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? path;
}
