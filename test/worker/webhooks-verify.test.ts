// POST /v1/webhooks/verify: what receivers ask who do not know why a signature does not fit. Signed by a foreign library.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { app } from '../../src/app.ts';
import type { EndpointWithSecret, Rotated } from '../../src/contract/webhook.ts';
import type { Verified } from '../../src/contract/webhook-verify.ts';
import { bearer, ORIGIN, refusalOf } from './ask.ts';
import { at, bodyOf, newEndpoint } from './endpoint-world.ts';
import { newPat } from './people.ts';
import { newTeam, type Team } from './project-world.ts';

const SENT = '{"id":"evt_1","type":"task.completed","title":"Ümläut ✓"}';

const signed = ({ secret }: EndpointWithSecret, ageSeconds = 0, text = SENT) => {
  const date = new Date(Date.now() - ageSeconds * 1_000);
  return {
    'Webhook-Id': 'evt_1',
    'WEBHOOK-TIMESTAMP': String(Math.floor(date.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret ?? '').sign('evt_1', date, text),
  };
};
const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

async function verify({ developer }: Team, json: unknown): Promise<Verified> {
  return bodyOf<Verified>(await developer.ask('/v1/webhooks/verify', { json }));
}

describe('a delivery that is shown to us', () => {
  it('holds: as text, as base64, its endpoint named in the body or among the headers', async () => {
    const team = await newTeam();
    const made = await newEndpoint(team);
    const headers = signed(made, 12);
    const good = {
      ...{ valid: true, reason: null, signatureVersion: 'v1', key: 'current', hint: null },
      ageSeconds: expect.closeTo(12, -1),
    };
    const endpointId = made.id;
    expect(await verify(team, { endpointId, headers, payload: SENT })).toEqual(good);
    expect(await verify(team, { endpointId, headers, payloadBase64: base64(SENT) })).toEqual(good);
    const named = { ...headers, 'Sluice-Endpoint-Id': endpointId };
    expect(await verify(team, { headers: named, payload: SENT })).toEqual(good);
  });

  it('does not hold, for the first reason that there is', async () => {
    const team = await newTeam();
    const made = await newEndpoint(team);
    const tell = async (headers: Record<string, string>, payload = SENT) => {
      const verdict = await verify(team, { endpointId: made.id, headers, payload });
      expect([verdict.valid, verdict.signatureVersion, verdict.key]).toEqual([false, null, null]);
      return [verdict.reason, verdict.hint];
    };
    const good = signed(made);
    expect(await tell({})).toEqual(['missing_header', null]);
    expect(await tell({ ...good, 'webhook-signature': '  ' })).toEqual(['missing_header', null]);
    expect(await tell({ ...good, 'WEBHOOK-TIMESTAMP': 'x' })).toEqual(['bad_timestamp', null]);
    expect(await tell(signed(made, 400))).toEqual(['timestamp_too_old', null]);
    expect(await tell(signed(made, -400))).toEqual(['timestamp_too_new', null]);
    expect(await tell(good, '{}')).toEqual(['no_match', null]);
    expect(await tell(good, `${SENT}\n`)).toEqual(['no_match', 'trailing_newline']);
    expect(await tell(signed(made, 0, '{\n}'), '{\r\n}')).toEqual(['no_match', 'crlf']);
    expect(await tell(good, `\u{feff}${SENT}`)).toEqual(['no_match', 'bom']);
    const printed = JSON.stringify(JSON.parse(SENT), null, 2);
    expect(await tell(good, printed)).toEqual(['no_match', 'reserialized_json']);
    const other = await newEndpoint(team);
    expect(await tell(signed(other))).toEqual(['no_match', 'wrong_endpoint']);
  });

  it('holds by the secret of before a rotation until its grace is over', async () => {
    const team = await newTeam();
    const made = await newEndpoint(team);
    const rotate = async (graceSeconds: number) =>
      bodyOf<Rotated>(await team.owner.ask(at(made.id, '/rotate'), { json: { graceSeconds } }));
    const tell = (headers: object) => verify(team, { endpointId: made.id, headers, payload: SENT });
    const first = await rotate(3_600);
    expect(await tell(signed(made))).toMatchObject({ valid: true, key: 'previous' });
    const turned = { ...made, secret: first.secret };
    expect(await tell(signed(turned))).toMatchObject({ valid: true, key: 'current' });
    await rotate(0);
    expect(await tell(signed(turned))).toMatchObject({
      ...{ valid: false, reason: 'no_match', hint: 'expired_secret' },
    });
    expect(await tell(signed(made))).toMatchObject({ reason: 'no_match', hint: null });
  });

  it('tells nobody a signature that would have fitted, nor a secret', async () => {
    const team = await newTeam();
    const made = await newEndpoint(team);
    const headers = { ...signed(made), 'webhook-signature': 'v1,AAAA' };
    const verdict = await verify(team, { endpointId: made.id, headers, payload: SENT });
    expect(Object.keys(verdict).sort()).toEqual(
      ['ageSeconds', 'hint', 'key', 'reason', 'signatureVersion', 'valid'].sort(),
    );
  });

  it('is refused where the question is not whole', async () => {
    const team = await newTeam();
    const { id: endpointId } = await newEndpoint(team);
    for (const json of [
      {},
      { endpointId, headers: {} },
      { headers: {}, payload: '' },
      { endpointId, headers: {}, payload: '', payloadBase64: '' },
      { endpointId, headers: {}, payloadBase64: '@@@' },
      { endpointId, headers: { 'webhook-id': 1 }, payload: '' },
      { endpointId, headers: [], payload: '' },
      { endpointId, headers: {}, payload: '', secret: 'whsec_x' },
    ]) {
      const answer = await team.developer.ask('/v1/webhooks/verify', { json });
      expect([json, ...(await refusalOf(answer))]).toEqual([json, 422, 'validation_failed']);
    }
    const huge = { endpointId, headers: {}, payload: 'x'.repeat(262_144) };
    const tooLarge = await team.developer.ask('/v1/webhooks/verify', { json: huge });
    expect(await refusalOf(tooLarge)).toEqual([413, 'too_large']);
  });

  it('of an endpoint of others is of none', async () => {
    const team = await newTeam();
    const { id } = await newEndpoint(team);
    for (const endpointId of [id, 'whe_00000000000000000000000000', 'x']) {
      const json = { endpointId, headers: {}, payload: '' };
      const foreign = await team.stranger.ask('/v1/webhooks/verify', { json });
      expect(await refusalOf(foreign)).toEqual([404, 'not_found']);
    }
    const json = { endpointId: id, headers: {}, payload: '' };
    const viewer = await team.viewer.ask('/v1/webhooks/verify', { json });
    expect(await refusalOf(viewer)).toEqual([403, 'role_too_low']);
  });

  it('is counted by itself: sixty a minute', async () => {
    const team = await newTeam();
    const { id: endpointId } = await newEndpoint(team);
    const { token } = await newPat(team.owner.id);
    const vars = { ...env, AUTH_MODE: 'required', RATE_LIMIT_DEFAULT: '600' } as const;
    const headers = {
      ...bearer(token),
      'Content-Type': 'application/json',
      Host: 'localhost:3000',
    };
    const body = JSON.stringify({ endpointId, headers: {}, payload: '' });
    const request = new Request(`${ORIGIN}/v1/webhooks/verify`, { method: 'POST', headers, body });
    const answer = await app.fetch(request, vars, createExecutionContext());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('RateLimit-Policy')).toBe('"verify";q=60;w=60');
  });
});
