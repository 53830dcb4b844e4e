import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { EVENT_BYTES_MAX } from '../../src/contract/platform-event.ts';
import { CUT_MARK, type Envelope, payloadsOf } from '../../src/domain/event-payload.ts';

// A thousand long texts take their time on a machine that does other things too.
vi.setConfig({ testTimeout: 120_000 });

const envelope = (data: Envelope['data']): Envelope => ({
  id: 'evt_1',
  type: 'deployment.failed',
  timestamp: '2026-11-21T17:20:00.123Z',
  apiVersion: '2026-11-01',
  projectId: 'prj_1',
  environment: 'production',
  sequence: 4711,
  data,
});

const fullPayload = (event: Envelope): string => payloadsOf(event).full;
const thinPayload = (event: Envelope): string => payloadsOf(event).thin;
const parsed = (text: string): Envelope => JSON.parse(text) as Envelope;
const sizeOf = (text: string): number => Buffer.byteLength(text);

describe('the bytes of an event', () => {
  it('hold what is small as it is', () => {
    const data = {
      deployment: { id: 'dep_1', revision: 9 },
      failure: { summary: 'no', steps: [1] },
    };
    expect(parsed(fullPayload(envelope(data)))).toEqual(envelope(data));
  });

  it('cut the longest texts, with a mark, and keep ids whole', () => {
    const data = { task: { id: 'task_1', description: 'é'.repeat(100_000), status: 'queued' } };
    const { task } = parsed(fullPayload(envelope(data))).data as typeof data;
    expect(task.description.endsWith(CUT_MARK)).toBe(true);
    expect(task).toMatchObject({ id: 'task_1', status: 'queued' });
  });

  it('fall back to ids where there is too much of everything', () => {
    const many = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, n) => [`field${n}`, 'some text here']),
    );
    const text = fullPayload(envelope({ incident: { id: 'inc_1', revision: 2, ...many } }));
    expect(parsed(text).data).toEqual({ incident: { id: 'inc_1', revision: 2 } });
  });

  it('mask secrets in names and values without breaking the JSON', () => {
    const secret = `slc_pat_${'A1'.repeat(20)}`;
    const pem = '-----BEGIN PRIVATE KEY----- MIIB';
    const text = fullPayload(envelope({ a: `key ${secret}`, [secret]: pem, b: { c: 'kept' } }));
    expect(text).not.toContain(secret);
    expect(parsed(text).data['b']).toEqual({ c: 'kept' });
  });

  it('fall back to nothing where even ids are too many', () => {
    const ids = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, n) => [`other${n}Id`, 'x'.repeat(30)]),
    );
    const text = fullPayload(envelope({ task: ids }));
    expect(parsed(text)).toEqual(envelope({}));
  });

  it('are at most 20 KB of well-formed JSON whatever they are made of', () => {
    const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
    const long = fc.string({ minLength: 5_000, maxLength: 60_000, unit: 'binary' });
    fc.assert(
      fc.property(value, fc.option(long), (one, text) => {
        const event = envelope({ one, text });
        for (const payload of [fullPayload(event), thinPayload(event)]) {
          expect(sizeOf(payload)).toBeLessThanOrEqual(EVENT_BYTES_MAX);
          expect(parsed(payload)).toMatchObject({ id: 'evt_1', sequence: 4711 });
          expect(payload.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the thin bytes of an event', () => {
  it('hold ids and revisions alone', () => {
    const data = {
      deployment: { id: 'dep_1', revision: 9, release: 'r', source: { taskId: 't', url: 'u' } },
      artifacts: [{ id: 'art_1', digest: 'sha256:…' }],
      failure: { summary: 'no' },
      taskSeq: 4,
    };
    expect(parsed(thinPayload(envelope(data))).data).toEqual({
      deployment: { id: 'dep_1', revision: 9, source: { taskId: 't' } },
      artifacts: [{ id: 'art_1' }],
      taskSeq: 4,
    });
  });
});
