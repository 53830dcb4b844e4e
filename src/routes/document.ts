// GET /openapi.json: the reference, made from the routes themselves, so it cannot differ from them.

import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { AppEnv } from '../middleware/app-env.ts';
import { type Draft, writeConventions } from './document-conventions.ts';
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
  let text: string | undefined;
  app.openAPIRegistry.registerPath(read);
  app.get(read.path, (c) => {
    text ??= JSON.stringify(documentOf(app));
    return c.body(text, 200, { 'Content-Type': 'application/json' });
  });
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
