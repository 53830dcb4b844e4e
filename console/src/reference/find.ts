// What the search field finds: operations, events, schemas and refusals, best first. Pure.

import { type Document, eventsOf, operationsOf } from './document.ts';
import { refusalsOf } from './refusals.ts';

/** A place of the reference that can be searched for and linked to. */
export interface Entry {
  readonly hash: string;
  /** What stands before it: a method, or what kind of thing it is. */
  readonly mark: string;
  readonly name: string;
  /** What else it is found by. */
  readonly words: string;
}

const SHOWN_MAX = 40;

/** All places, in the order of the document. */
export function entriesOf(document: Document): readonly Entry[] {
  const operations = operationsOf(document).map(({ method, path, operation }) => ({
    hash: operation.operationId,
    mark: method,
    name: operation.summary ?? path,
    words: `${operation.operationId} ${path} ${operation.description ?? ''}`,
  }));
  const events = eventsOf(document).map(({ path, operation }) => ({
    hash: `event:${path}`,
    mark: 'event',
    name: path,
    words: operation.summary ?? '',
  }));
  const schemas = Object.keys(document.components.schemas).map((name) => ({
    hash: `schema:${name}`,
    mark: 'schema',
    name,
    words: '',
  }));
  const codes = new Map(
    operationsOf(document)
      .flatMap(({ operation }) => refusalsOf(document, operation))
      .filter(({ code }) => code !== '')
      .map(({ code, meaning }) => [code, meaning]),
  );
  const refusals = [...codes].map(([code, meaning]) => ({
    hash: `refusal:${code}`,
    mark: 'refusal',
    name: code,
    words: meaning,
  }));
  return [...operations, ...events, ...schemas, ...refusals];
}

/** Those in which every word occurs; where it occurs in the name or the id, first. */
export function find(entries: readonly Entry[], text: string): readonly Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const ranked = entries.flatMap((entry) => {
    const near = `${entry.name} ${entry.hash} ${entry.mark}`.toLowerCase();
    const far = entry.words.toLowerCase();
    if (!words.every((word) => near.includes(word) || far.includes(word))) return [];
    return [{ entry, rank: words.filter((word) => !near.includes(word)).length }];
  });
  return ranked
    .sort((one, other) => one.rank - other.rank)
    .slice(0, SHOWN_MAX)
    .map(({ entry }) => entry);
}
