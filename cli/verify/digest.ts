import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';

/** SHA-256 in base64url, as the chain of the log has it. */
export const sha256 = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('base64url');

/** The digest of a value in its canonical form, as gates have it. */
export const valueHash = (value: unknown): string => `sha256:${sha256(canonicalJson(value))}`;
