// A project in which every page of the console has something to show, asked for by the page itself as who is there.

import type { Page } from 'playwright-core';

export interface Planted {
  readonly task: string;
  /** Another project, in which there is nothing. */
  readonly project: string;
  readonly endpoint: string;
  readonly delivery: string;
  readonly deployment: string;
  readonly incident: string;
  readonly monitor: string;
  /** For a shell; null where none is needed. */
  readonly token: string | null;
}

interface Made {
  readonly id: string;
  readonly taskId?: string;
  readonly deliveryId?: string;
  readonly token?: string;
}

interface Me {
  readonly authMode: string;
  readonly defaultProjectId: string;
  readonly credential: { readonly scopes: readonly string[] };
}

/** Makes one of each. */
export async function plant(page: Page): Promise<Planted> {
  const ask = <T = Made>(method: string, path: string, body?: unknown): Promise<T> =>
    page.evaluate(
      async ([how, where, what]) => {
        const answer = await fetch(where, {
          method: how,
          headers: { 'Content-Type': 'application/json' },
          body: what,
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${how} ${where}: ${text}`);
        return text === '' ? null : JSON.parse(text);
      },
      [method, path, body === undefined ? null : JSON.stringify(body)] as const,
    );
  const me = await ask<Me>('GET', '/v1/me');
  const [projectId, { scopes }] = [me.defaultProjectId, me.credential];
  const own = `/v1/projects/${projectId}`;
  const task = (await ask('POST', '/tasks', { description: 'Add a health check' })).taskId ?? '';
  const old = (await ask('POST', '/tasks', { description: 'Not this one' })).taskId ?? '';
  await ask('POST', `/tasks/${old}/trash`);
  const template = { name: 'Bug', description: 'Mend this', workflow: 'bugfix', projectId };
  await ask('POST', '/templates', template);
  const hook = { projectId, url: 'http://localhost:9/hooks', types: ['*'] };
  const endpoint = (await ask('POST', '/v1/webhooks', hook)).id;
  const { deliveryId = '' } = await ask('POST', `/v1/webhooks/${endpoint}/test`, {});
  const deployment = await ask('POST', `${own}/deployments`, {
    environment: 'staging',
    release: '1.0',
    stages: [{ name: 'build' }],
  });
  const environment = 'production';
  const slow = { environment, title: 'Checkout is slow' };
  const incident = await ask('POST', `${own}/incidents`, slow);
  const watched = { environment: 'staging', name: 'Shop', url: 'http://localhost:9/health' };
  const monitor = await ask('POST', `${own}/monitors`, watched);
  const service = { name: 'CI', kind: 'service', scopes: ['projects:read'], projectId };
  await ask('POST', '/v1/clients', service);
  const { token = null } = await ask('POST', '/v1/tokens', { name: 'shell', scopes });
  await ask('POST', '/v1/tokens', { name: 'spare', scopes: ['tasks:read'] });
  const other = await ask('POST', '/v1/projects', { name: 'Nothing yet' });
  return {
    ...{ task, project: other.id, endpoint, delivery: deliveryId, deployment: deployment.id },
    ...{ incident: incident.id, monitor: monitor.id },
    token: me.authMode === 'open' ? null : token,
  };
}
