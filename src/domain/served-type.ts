import { DEFAULT_CONTENT_TYPE } from '../contract/artifact.ts';

/** What a browser shows or hands on, and never runs, whatever stands in it. */
const HARMLESS: ReadonlySet<string> = new Set([
  'text/plain',
  'text/markdown',
  'text/csv',
  'text/x-diff',
  'text/x-patch',
  'application/json',
  'application/x-ndjson',
  'application/gzip',
  'application/zip',
  'application/x-tar',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'video/mp4',
  'video/webm',
]);

/**
 * The type that bytes of strangers are served as. What could run in a page of this origin, a script that a page of ours
 * loads as well, is served as bytes; what its sender calls it is told beside it.
 */
export function servedType(contentType: string): string {
  const [type = ''] = contentType.toLowerCase().split(';');
  return HARMLESS.has(type.trim()) ? contentType : DEFAULT_CONTENT_TYPE;
}
