// The catalogue: each type that leaves a project is described, and its example fits its schema.

import Ajv from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { TaskEvent } from '../../src/contract/event.ts';
import { eventCatalogue, eventSchema } from '../../src/contract/event-catalogue.ts';
import { typeOfTaskEvent } from '../../src/contract/event-type.ts';
import { EVENT_BYTES_MAX, PLATFORM_TYPES } from '../../src/contract/platform-event.ts';
import { isKnownWish } from '../../src/contract/told-types.ts';

const { data } = eventCatalogue();
const types = data.map(({ type }) => type);

describe('the catalogue', () => {
  it('has each platform type and each task event that is told, once', () => {
    const streamed = TaskEvent.options.flatMap(
      (one) => typeOfTaskEvent(one.shape.type.value) ?? [],
    );
    expect(types).toEqual([...new Set([...PLATFORM_TYPES, ...streamed])]);
    for (const type of types) expect(type).toMatch(/^[a-z0-9_]+\.[a-z0-9_]+$/);
    expect(types).toContain('task.stage_changed');
    expect(types.filter((type) => /^(log|agent|usage|lease|trash)\./.test(type))).toEqual([]);
  });

  it.each(data.map((entry) => [entry.type, entry] as const))('%s fits itself', (type, entry) => {
    expect(entry.description).toMatch(/^[A-Z].*\.$/);
    expect(entry.schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
    const fits = ajv.compile(entry.schema);
    expect(fits(entry.example), JSON.stringify(fits.errors)).toBe(true);
    expect(fits({ ...entry.example, type: 'another.type' })).toBe(false);
    expect(fits({ ...entry.example, later: 'a member that came later' })).toBe(true);
    expect(eventSchema(type).safeParse(entry.example).error).toBeUndefined();
    const bytes = new TextEncoder().encode(JSON.stringify(entry.example)).byteLength;
    expect(bytes).toBeLessThan(EVENT_BYTES_MAX);
  });
});

it('a wish is a type, a group with a star, or a star', () => {
  for (const wish of ['*', 'task.*', 'deployment.failed', 'webhook_endpoint.*', 'gate.vote']) {
    expect(isKnownWish(wish)).toBe(true);
  }
  for (const wish of [
    '',
    '**',
    'task',
    'task.',
    'tas*',
    'task.crea*',
    'log.entry',
    'log.*',
    '.*',
  ]) {
    expect(isKnownWish(wish)).toBe(false);
  }
});
