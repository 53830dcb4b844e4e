// What a task leaves behind: files, diffs, reports and logs, each name with its versions.

import { z } from 'zod';
import { fieldEnum, fieldInteger, queryText } from './field.ts';
import { fieldLine, fieldLink } from './plain-text.ts';

export const ARTIFACT_TYPES = ['file', 'diff', 'report', 'log'] as const;
export const ArtifactType = fieldEnum('Type', ARTIFACT_TYPES);

export const ARTIFACT_BYTES_MAX = 16_777_216;
/** Of all versions of a task together. */
export const TASK_BYTES_MAX = 134_217_728;
/** Versions a task, whatever their names. */
export const ARTIFACTS_MAX = 500;
/** What is kept in one row, and read in one go. */
export const ARTIFACT_PAGE_BYTES = 1_048_576;
export const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_TYPE = new RegExp(
  `^${TOKEN}/${TOKEN}(\\s*;\\s*${TOKEN}=(${TOKEN}|"[^"\\\\\\p{Cc}]*"))*$`,
  'u',
);

/** RFC 9110 §8.3.1. */
export const MediaType = z
  .string()
  .max(200, 'Content-Type must be 200 characters or less')
  .regex(MEDIA_TYPE, 'Content-Type must be a media type');

/** One line of text that names no other place than its own. */
export const ArtifactName = fieldLine('Name', 200).refine(
  (name) => !/[/\\]/.test(name) && name !== '.' && name !== '..',
  'Name must not be a path',
);

export const Sha256Hex = z
  .string({ error: 'Sha256 must be a string' })
  .regex(/^[0-9a-f]{64}$/, 'Sha256 must be 64 hexadecimal digits');

export const Artifact = z
  .object({
    name: z.string(),
    type: ArtifactType,
    version: z.int().min(1).meta({ description: 'Of this name: 1, 2, 3 …' }),
    contentType: z.string(),
    bytes: z.int().min(0),
    sha256: z.string().meta({ description: 'In hexadecimal digits.' }),
    createdAt: z.string(),
    url: z.string().optional().meta({
      description: 'Where it lies, if that is elsewhere. Sluice never fetches it.',
    }),
  })
  .meta({ id: 'Artifact' });
export type Artifact = z.infer<typeof Artifact>;

/** Something that lies elsewhere, for it is too large, and is named here with its digest. */
export const ArtifactReference = z
  .strictObject({
    url: fieldLink('Url'),
    sha256: Sha256Hex,
    bytes: fieldInteger('Bytes', 0, Number.MAX_SAFE_INTEGER),
  })
  .meta({ id: 'ArtifactReference' });
export type ArtifactReference = z.infer<typeof ArtifactReference>;

export const ArtifactQuery = z.object({
  type: ArtifactType.default('file'),
  leaseId: queryText('LeaseId', 100)
    .optional()
    .meta({ description: 'Of the lease holder; the credential of an agent carries it.' }),
  epoch: z
    .string({ error: 'Epoch must be a whole number' })
    .regex(/^\d{1,15}$/, 'Epoch must be a whole number')
    .optional()
    .meta({ type: 'integer', minimum: 0 }),
});

export const VersionQuery = z.object({
  version: z
    .string({ error: 'Version must be a whole number' })
    .regex(/^[1-9]\d{0,8}$/, 'Version must be a whole number')
    .transform(Number)
    .optional()
    .meta({ type: 'integer', minimum: 1, description: 'Default: the newest.' }),
});

export const ArtifactList = z
  .object({
    artifacts: z.array(Artifact).meta({ description: 'All versions, oldest first.' }),
    count: z.int(),
  })
  .meta({ id: 'ArtifactList' });
export type ArtifactList = z.infer<typeof ArtifactList>;
