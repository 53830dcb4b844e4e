// Gates at which more than one person has a say: handed on to another, waived by an admin, approved by two.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/contract/gate.ts';
import type { Grant } from '../../../src/contract/runner.ts';
import type { Visitor } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { HandRunner } from '../world/hand-runner.ts';
import { lookAt } from '../world/look-at.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';

let server: OwnedServer;
let client: Client;
let projectId: string;
let bo: Watched;
let cy: Watched;
let runner: HandRunner;
let grant: Grant;

/** Somebody follows the link of an invitation, and is a member from then on. */
async function join(name: string, role: string): Promise<Watched> {
  const email = `${name.split(' ')[0]}@example.com`.toLowerCase();
  const path = `/v1/projects/${projectId}/invitations`;
  const { url } = await client.post<{ url: string }>(path, { email, role });
  const person: Visitor = await server.visitor();
  await person.page.goto(url);
  await person.page.getByLabel('Name').fill(name);
  await person.page.getByLabel('E-mail address').fill(email);
  await person.page.keyboard.press('Enter');
  await person.page.getByRole('link', { name: 'I have written them down' }).click();
  await person.page.getByRole('heading', { name }).waitFor();
  return watchPage(person, server.url);
}

beforeAll(async () => {
  server = await serveOwned();
  client = new Client(server.url, server.token);
  const made = await client.post<{ id: string }>('/v1/projects', { name: 'Shop' });
  projectId = made.id;
  [bo, cy] = [await join('Bo Berg', 'project-admin'), await join('Cy Clay', 'developer')];
});
beforeEach(async () => {
  runner = await HandRunner.register(client, projectId);
  await client.create({ description: 'Move the shop', projectId, autonomy: 'full' });
  grant = await runner.claim();
});
afterEach(() => client.call('POST', `/tasks/${grant.task.id}/cancel`));
afterAll(() => server?.stop());

const now = ({ taskId, id }: Gate): Promise<Gate> =>
  client.get<Gate>(`/tasks/${taskId}/gates/${id}`);
const row = ({ page }: Watched, { id }: Gate) => page.locator(`[data-gate="${id}"]`);
const sheet = ({ page }: Watched) => page.locator('dialog[open]');
const openInbox = ({ open }: Watched, more = '') =>
  open(`/console/inbox?project=${projectId}${more}`);

/** The sheet of what can be done beside deciding, at this. */
async function openMore(seen: Watched, act: string): Promise<void> {
  await seen.page.getByRole('button', { name: 'More…' }).click();
  await sheet(seen).getByRole('button', { name: act }).first().click();
}

describe('a gate of several people', () => {
  it('is handed on to a member, who decides it in the place of the first', async () => {
    const gate = await runner.request(grant, 'move', { policy: { from: ['role:project-admin'] } });
    await openInbox(cy);
    await cy.page.getByText('Nothing waits for you').waitFor();
    await openInbox(bo);
    await row(bo, gate).click();
    await openMore(bo, 'Hand it on');
    await sheet(bo)
      .getByRole('combobox', { name: 'To', exact: true })
      .selectOption({ label: 'Cy Clay (developer)' });
    await sheet(bo).getByLabel('Hours').fill('8');
    await sheet(bo).getByLabel('Reason').fill('I am <b>away</b>\u202e.');
    await lookAt(bo, 'gate-hand-on');
    await sheet(bo).getByRole('button', { name: 'Hand it on' }).last().click();
    await bo.page.getByText('They decide in your place.').waitFor();
    await bo.page.getByText('Nothing waits for you').waitFor();
    await openInbox(bo, `&view=all&gate=${gate.id}`);
    await bo.page.getByText(/Bo Berg has handed it to Cy Clay.*<b>away<\/b>/).waitFor();
    await lookAt(bo, 'gate-handed-on');
    expect(await bo.page.getByRole('button', { name: 'Approve A' }).count()).toBe(0);

    await row(cy, gate).waitFor();
    await row(cy, gate).click();
    await cy.page.keyboard.press('a');
    await sheet(cy).getByRole('textbox').fill('Fine.');
    await cy.page.keyboard.press('Control+Enter');
    await cy.page.getByText('move is approved.').waitFor();
    expect(await now(gate)).toMatchObject({ status: 'approved', approver: 'Cy Clay' });
    await openInbox(cy, `&view=decided&gate=${gate.id}`);
    await cy.page.getByText(/by Cy Clay, for Bo Berg/).waitFor();
    await lookAt(cy, 'gate-decided-for');
    expect([...bo.faults, ...cy.faults]).toEqual([]);
  });

  it('waits for the second of two', async () => {
    const gate = await runner.request(grant, 'double', { policy: { required: 2 } });
    await openInbox(cy);
    await row(cy, gate).click();
    await cy.page.getByText('0 of 2 approvals').first().waitFor();
    await openInbox(bo);
    await row(bo, gate).click();
    await bo.page.getByText('0 of 2 approvals').first().waitFor();
    await bo.page.keyboard.press('a');
    await sheet(bo).getByRole('textbox').fill('From me.');
    await bo.page.keyboard.press('Control+Enter');
    await bo.page.getByText('You have approved double: 1 of 2.').waitFor();
    await bo.page.getByText('Nothing waits for you').waitFor();
    expect(await now(gate)).toMatchObject({ status: 'pending' });
    await openInbox(bo, `&view=all&gate=${gate.id}`);
    await row(bo, gate).getByText('1 of 2 approvals · you have voted').waitFor();
    await bo.page.getByText('From me.').waitFor();
    await bo.page.getByText('You have approved it.').waitFor();
    expect(await bo.page.getByRole('button', { name: 'Approve A' }).count()).toBe(0);
    await bo.page.getByRole('button', { name: 'Reject R' }).waitFor();
    await lookAt(bo, 'gate-one-of-two');

    // Who has the gate open sees it, and so does the sheet that a key opens.
    await cy.page.getByText(/by Bo Berg.*“From me\.”/).waitFor();
    await lookAt(cy, 'gate-second-of-two');
    await cy.page.keyboard.press('a');
    await sheet(cy).getByText('1 of 2 approvals').waitFor();
    await cy.page.keyboard.press('Control+Enter');
    await cy.page.getByText('double is approved.').waitFor();
    expect(await now(gate)).toMatchObject({ status: 'approved' });
    expect([...bo.faults, ...cy.faults]).toEqual([]);
  });

  it('is approved by the second of two who had the sheet open before the first voted', async () => {
    const gate = await runner.request(grant, 'twice', { policy: { required: 2 } });
    for (const one of [cy, bo]) {
      await openInbox(one);
      await row(one, gate).click();
      await one.page.keyboard.press('a');
      await sheet(one).getByText('0 of 2 approvals').waitFor();
    }
    await bo.page.keyboard.press('Control+Enter');
    await bo.page.getByText('You have approved twice: 1 of 2.').waitFor();
    await cy.page.keyboard.press('Control+Enter');
    await cy.page.getByText('twice is approved.').waitFor();
    expect(await now(gate)).toMatchObject({ status: 'approved' });
    expect([...bo.faults, ...cy.faults]).toEqual([]);
  });

  it('is waived by an admin who has not asked for it, and says why', async () => {
    const gate = await runner.request(grant, 'formality');
    await openInbox(cy);
    await row(cy, gate).click();
    await openMore(cy, 'Waive it');
    await sheet(cy).getByLabel('Reason').fill('I would like to.');
    await openInbox(bo);
    await row(bo, gate).click();
    await openMore(bo, 'Waive it');
    await lookAt(bo, 'gate-waive');
    await sheet(bo).getByRole('button', { name: 'Waive it' }).last().click();
    // Whoever waives says why.
    expect(await now(gate)).toMatchObject({ status: 'pending' });
    await sheet(bo).getByLabel('Reason').fill('The shop is closed today.');
    await sheet(bo).getByRole('button', { name: 'Waive it' }).last().click();
    await bo.page.getByText('The task passes without an approval.').waitFor();
    expect(await now(gate)).toMatchObject({ state: 'waived' });
    await openInbox(bo, `&view=decided&status=not-required&gate=${gate.id}`);
    await bo.page.getByText(/gate\.decision · waived/).waitFor();
    await lookAt(bo, 'gate-waived');
    expect(bo.faults).toEqual([]);
  });
});
