import { describe, expect, it } from 'vitest';
import {
  baseStringOf,
  differenceOf,
  readHeaders,
} from '../../console/src/pages/webhooks/base-string.ts';

const headers = { 'Webhook-Id': 'evt_1', 'webhook-timestamp': ' 17 ' };

describe('the signed text', () => {
  it('is id, timestamp and the raw body', () => {
    expect(baseStringOf(headers, '{"a":1}\n')).toBe('evt_1.17.{"a":1}\n');
  });

  it('is not known without both headers', () => {
    expect(baseStringOf({ 'webhook-id': 'evt_1' }, '{}')).toBeNull();
  });
});

describe('pasted headers', () => {
  it.each([
    ['a line each', 'Webhook-Id: evt_1\nwebhook-timestamp:  17 '],
    ['as curl prints them', '< webhook-id: evt_1\n< webhook-timestamp: 17\n<'],
    ['JSON', '{"webhook-id": "evt_1", "webhook-timestamp": 17}'],
  ])('are read: %s', (_, text) => {
    expect(baseStringOf(readHeaders(text), '')).toBe('evt_1.17.');
  });

  it('that are none are none', () => {
    expect(readHeaders('{"webhook-id":')).toEqual({});
    expect(readHeaders('what is this')).toEqual({});
  });

  it('keep what a signature is made of', () => {
    const text = 'webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,x==';
    expect(readHeaders(text)['webhook-signature']).toBe(text.slice('webhook-signature: '.length));
  });
});

describe('two signed texts', () => {
  it('that are the same do not differ', () => {
    expect(differenceOf('a.1.{}', 'a.1.{}')).toBeNull();
  });

  it.each([
    ['a.1.{"b": 2}', 'a.1.{"b":2}', { at: 9, before: 'a.1.{"b":', ours: '·2}', theirs: '2}' }],
    ['a.1.{}', 'a.1.{}\n', { at: 6, before: 'a.1.{}', ours: '(the end)', theirs: '␊' }],
    ['a.1.{}', 'a.1.\ufeff{}', { at: 4, before: 'a.1.', ours: '{}', theirs: '[BOM]{}' }],
  ])('part where they part, with white space made visible: %j %j', (ours, theirs, difference) => {
    expect(differenceOf(ours, theirs)).toEqual(difference);
  });
});
