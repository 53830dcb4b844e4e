import { describe, expect, it } from 'vitest';
import type { Addressee } from '../../src/contract/delivery.ts';
import { type Addressed, isAddressedTo, passesFilter } from '../../src/domain/addressee.ts';

const endpoint = (fields: Partial<Addressee> = {}): Addressee => ({
  id: 'whe_1',
  types: ['*'],
  environments: null,
  filter: null,
  payload: 'full',
  createdAt: 1_000,
  revision: 1,
  ...fields,
});

const event = (fields: Partial<Addressed> = {}): Addressed => ({
  type: 'deployment.failed',
  environment: 'production',
  subject: 'dep_1',
  createdAt: 2_000,
  whole: () => ({ data: { deployment: { release: 'r1', stages: [{ name: 'build' }] } } }),
  ...fields,
});

describe('an event goes to an endpoint', () => {
  it.each([
    ['*', true],
    ['deployment.*', true],
    ['deployment.failed', true],
    ['deployment', false],
    ['deploy.*', false],
    ['deployment.fail', false],
    ['incident.*', false],
  ])('that wants %s: %s', (pattern, goes) => {
    expect(isAddressedTo(endpoint({ types: [pattern] }), event())).toBe(goes);
  });

  it('unless it happened before the endpoint was made', () => {
    expect(isAddressedTo(endpoint(), event({ createdAt: 999 }))).toBe(false);
    expect(isAddressedTo(endpoint(), event({ createdAt: 1_000 }))).toBe(true);
  });

  it('of its environments, and from no environment at all', () => {
    const here = endpoint({ environments: ['staging'] });
    expect(isAddressedTo(here, event())).toBe(false);
    expect(isAddressedTo(here, event({ environment: 'staging' }))).toBe(true);
    expect(isAddressedTo(here, event({ environment: null }))).toBe(true);
  });

  it('but never of itself', () => {
    const told = { type: 'webhook_endpoint.failing', subject: 'whe_1' };
    expect(isAddressedTo(endpoint(), event(told))).toBe(false);
    expect(isAddressedTo(endpoint({ id: 'whe_2' }), event(told))).toBe(true);
  });

  it('unless it is a test, which who made it brings', () => {
    const test = event({ type: 'webhook.test', subject: 'whe_1' });
    expect(isAddressedTo(endpoint(), test)).toBe(false);
    expect(isAddressedTo(endpoint({ id: 'whe_2' }), test)).toBe(false);
  });
});

describe('a filter', () => {
  const whole = event().whole();

  it('asks for one of its values at every path', () => {
    const path = 'data.deployment.release';
    expect(passesFilter({ [path]: ['r1', 'r2'] }, whole)).toBe(true);
    expect(passesFilter({ [path]: ['r2'] }, whole)).toBe(false);
    expect(passesFilter({ [path]: ['r1'], 'data.other': ['x'] }, whole)).toBe(false);
  });

  it('finds nothing on a path that leads nowhere, or into a prototype', () => {
    for (const path of ['data.deployment.constructor.name', 'data.deployment.release.length']) {
      expect(passesFilter({ [path]: ['Object', 2, null] }, whole)).toBe(false);
    }
    expect(passesFilter({ 'data.deployment.stages.0.name': ['build'] }, whole)).toBe(true);
  });
});
