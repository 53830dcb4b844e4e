// /tasks/:id/artifacts: what a task leaves behind. Its bytes are a stranger's: they are handed out as a download that
// no page of ours shows or runs.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { addArtifact } from '../actions/add-artifact.ts';
import { downloadArtifact, listArtifacts } from '../actions/artifacts.ts';
import {
  ARTIFACT_BYTES_MAX,
  Artifact,
  ArtifactList,
  ArtifactName,
  ArtifactQuery,
  VersionQuery,
} from '../contract/artifact.ts';
import { admitUpload } from '../middleware/admit-upload.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, reads, refusesRead, refusesWrite, TaskParams } from './parts.ts';
import { createRouter } from './router.ts';

const PutParams = TaskParams.extend({ name: ArtifactName });
const GetParams = TaskParams.extend({ name: z.string() });
const BYTES = { '*/*': { schema: { type: 'string' as const, format: 'binary' } } };

const put = createRoute({
  method: 'put',
  path: '/tasks/{id}/artifacts/{name}',
  operationId: 'artifacts.put',
  tags: ['artifacts'],
  summary: 'Leave an artifact',
  description:
    'For the runner that holds the task, with `leaseId` and `epoch`, and for its agent. The body is the bytes, 16 MiB at ' +
    'most and 128 MiB a task; `Content-Digest: sha-256=:…:` has them checked. What is larger lies elsewhere and is named ' +
    'by a JSON body of exactly `url`, `sha256` and `bytes`, which is never fetched. The same bytes as those of the newest ' +
    'version of the name are no new version.',
  security: [{ bearer: ['tasks:run'] }],
  middleware: [admitUpload('tasks:run', ARTIFACT_BYTES_MAX, { ownTask: true })],
  request: {
    params: PutParams,
    query: ArtifactQuery,
    body: { required: true, content: BYTES },
  },
  responses: {
    200: answer('The newest version has these bytes already.', Artifact),
    201: answer('A new version.', Artifact),
    ...refusesWrite(
      'not_found',
      'not_lease_holder',
      'no_lease',
      'stale_epoch',
      'digest_mismatch',
      'limit_reached',
      'conflict',
    ),
  },
});

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/artifacts',
  operationId: 'artifacts.list',
  tags: ['artifacts'],
  summary: 'List the artifacts of a task',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: TaskParams },
  responses: { 200: answer('All versions.', ArtifactList), ...refusesRead('not_found') },
});

const get = createRoute({
  method: 'get',
  path: '/tasks/{id}/artifacts/{name}',
  operationId: 'artifacts.get',
  tags: ['artifacts'],
  summary: 'Download an artifact',
  description:
    'A download, never a page: with `Content-Disposition: attachment` and a Content-Security-Policy that lets nothing run, ' +
    'and as `application/octet-stream` where its own type could. `Range` asks for a part; `Repr-Digest` has the SHA-256 of ' +
    'the whole. One that lies elsewhere is answered as the JSON that names it.',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: GetParams, query: VersionQuery },
  responses: {
    200: { description: 'The bytes.', content: BYTES },
    206: { description: 'A part of them.', content: BYTES },
    304: { description: 'They are those of the `If-None-Match`.' },
    ...refusesRead('not_found'),
  },
});

export const artifacts = createRouter()
  .openapi(put, async (c) => {
    const { id, name } = c.req.valid('param');
    const { type, leaseId, epoch } = c.req.valid('query');
    const added = unwrap(
      await addArtifact(askOf(c), id, {
        ...{ name, type, leaseId, epoch: epoch === undefined ? undefined : Number(epoch) },
        contentType: c.req.header('Content-Type'),
        contentDigest: c.req.header('Content-Digest'),
        contentLength: Number(c.req.header('Content-Length') ?? Number.NaN),
        request: c.req.raw,
      }),
    );
    return c.json(added.artifact, added.isNew ? 201 : 200);
  })
  .openapi(list, async (c) =>
    c.json(unwrap(await listArtifacts(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(get, async (c) => {
    const { id, name } = c.req.valid('param');
    const { version } = c.req.valid('query');
    const found = unwrap(
      await downloadArtifact(askOf(c), id, {
        ...{ name, version },
        range: c.req.header('Range'),
        ifNoneMatch: c.req.header('If-None-Match'),
      }),
    );
    const { url, sha256, bytes } = found.artifact;
    if (url !== undefined) return c.json({ url, sha256, bytes }, 200);
    const { status, body, headers } = found;
    return status === 304 ? c.body(null, status, headers) : c.body(body, status, headers);
  });
