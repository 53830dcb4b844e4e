// Why an operation may be refused: the codes that the descriptions of its answers name. Pure.

import { type Document, type Operation, resolve } from './document.ts';

export interface Refusing {
  readonly status: string;
  readonly code: string;
  readonly meaning: string;
}

/** A description names each code with its meaning: "`not_found`: There is no such thing." */
const CODE = /`([a-z][a-z0-9_]*)`: (.*?)(?=\s*`[a-z][a-z0-9_]*`: |$)/gs;

/** The refusals of an operation, by status. */
export const refusalsOf = (
  document: Document,
  { responses = {} }: Operation,
): readonly Refusing[] =>
  Object.entries(responses)
    .filter(([status]) => /^[45]/.test(status))
    .flatMap(([status, answer]) => {
      const { description = '' } = resolve(document, 'responses', answer);
      const named = [...description.matchAll(CODE)].map(([, code = '', meaning = '']) => ({
        status,
        code,
        meaning,
      }));
      return named.length > 0 ? named : [{ status, code: '', meaning: description }];
    });
