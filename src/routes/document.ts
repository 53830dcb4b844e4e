// GET /openapi.json, /docs.md, /llms.txt: the reference, made from the routes themselves, so it cannot differ from them.

import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { AppEnv } from '../middleware/app-env.ts';
import { originOf } from '../middleware/origin-of.ts';
import { type Draft, writeConventions } from './document-conventions.ts';
import { type Described, writeLlmsText, writeMarkdown } from './document-markdown.ts';
import { registerWebhooks } from './document-webhooks.ts';
import { answer } from './parts.ts';

const read = createRoute({
  method: 'get',
  path: '/openapi.json',
  operationId: 'openapi.get',
  tags: ['service'],
  summary: 'Get this document',
  responses: {
    200: answer('OpenAPI 3.1.', z.record(z.string(), z.unknown())),
  },
});

const text = (path: string, operationId: string, summary: string, type: string) =>
  createRoute({
    ...{ method: 'get', path, operationId, tags: ['service'], summary },
    responses: {
      200: { description: 'UTF-8.', content: { [type]: { schema: z.string() } } },
    },
  });

const markdown = text(
  '/docs.md',
  'docs.getMarkdown',
  'Get the reference as one text',
  'text/markdown',
);
const llms = text(
  '/llms.txt',
  'docs.getLlms',
  'Say what this is to a language model',
  'text/plain',
);

const TAGS = [
  { name: 'tasks', description: 'Work for agents.' },
  { name: 'subtasks', description: 'What a task is split into.' },
  { name: 'templates', description: 'Tasks that are made often, kept ready.' },
  { name: 'gates', description: 'Where a task waits for a person.' },
  { name: 'artifacts', description: 'What the work of a task leaves behind.' },
  { name: 'budgets', description: 'What a task may use, and what a day may cost.' },
  { name: 'events', description: 'What happens, live and later.' },
  { name: 'runners', description: 'Who does the work, and the leases they hold.' },
  { name: 'agents', description: 'Agents and the workflows they work in.' },
  { name: 'config', description: 'The settings of a project.' },
  { name: 'signin', description: 'How people come in: passkeys, sign-ins, ways back.' },
  { name: 'auth', description: 'The authorization server: grants, tokens, keys.' },
  { name: 'access', description: 'Tokens, clients and who you are.' },
  { name: 'members', description: 'Who belongs to a project, and who is invited.' },
  { name: 'projects', description: 'Projects and their environments, members and records.' },
  {
    name: 'webhooks',
    description: 'Who else hears: endpoints, deliveries, the events themselves.',
  },
  { name: 'incidents', description: 'What is watched, and what went wrong.' },
  { name: 'deployments', description: 'What was put where, by whom, and who approved it.' },
  { name: 'service', description: 'The server itself.' },
];

/** Adds the route of the document to the router whose routes it lists. */
export function serveDocument(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'Any token of ours: of a person, a service, a runner or an agent. On a laptop in open mode none is needed.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-slc_s',
    description: 'The sign-in of a person, for pages of this server only.',
  });
  registerWebhooks(app.openAPIRegistry);
  let document: string | undefined;
  for (const route of [read, markdown, llms]) app.openAPIRegistry.registerPath(route);
  const written = (): string => {
    document ??= JSON.stringify(documentOf(app));
    return document;
  };
  // What was written a line above, read back: plain data of a known form.
  const described = (): Described => JSON.parse(written()) as Described;
  app.get(read.path, (c) => c.body(written(), 200, { 'Content-Type': 'application/json' }));
  const write = (writer: typeof writeMarkdown) => {
    let last = { origin: '', written: '' };
    return (c: Context<AppEnv>): string => {
      const origin = originOf(c);
      if (last.origin !== origin) last = { origin, written: writer(described(), origin) };
      return last.written;
    };
  };
  const asMarkdown = write(writeMarkdown);
  const asLlmsText = write(writeLlmsText);
  app.get(markdown.path, (c) =>
    c.body(asMarkdown(c), 200, { 'Content-Type': 'text/markdown; charset=utf-8' }),
  );
  app.get(llms.path, (c) => c.text(asLlmsText(c)));
}

/** The whole document as plain data. */
export function documentOf(app: OpenAPIHono<AppEnv>) {
  const draft = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: packageJson.version,
      description: 'The control plane for coding-agent work.',
    },
    // Whoever has a credential: there is one audience and one server.
    servers: [{ url: '/', 'x-internal': false }],
    tags: TAGS,
  });
  // Plain data from here on; the library's types allow no change.
  return writeConventions(draft as unknown as Draft);
}
