// A runner played by hand, for tests of what runners send.
import type { Gate } from '../../../src/contract/gate.ts';
import type { Grant, Registered } from '../../../src/contract/runner.ts';
import type { Client } from './client.ts';

export class HandRunner {
  readonly #client: Client;
  readonly #token: string;
  readonly #id: string;
  #n = 0;

  constructor(client: Client, { runner, token }: Registered) {
    this.#client = client;
    this.#id = runner.id;
    this.#token = token;
  }

  /** What it shows who it is. */
  get token(): string {
    return this.#token;
  }

  /** `projectId`: whose tasks it takes, where that is not the own project. */
  static async register(client: Client, projectId?: string): Promise<HandRunner> {
    const fields = { name: 'by hand', instanceId: `i_${process.hrtime.bigint()}`, projectId };
    return new HandRunner(client, await client.post<Registered>('/runners', fields));
  }

  async claim(): Promise<Grant> {
    const body = { requestId: `clm_${process.hrtime.bigint()}`, slots: 1, waitMs: 10_000 };
    const path = `/runners/${this.#id}/claim`;
    const { grants } = await this.#client.call<{ grants: Grant[] }>(
      'POST',
      path,
      body,
      this.#token,
    );
    const [grant] = grants;
    if (grant === undefined) throw new Error('There was nothing to claim');
    return grant;
  }

  /** Asks people, as an agent does in the midst of its work. */
  request(
    { task, lease }: Grant,
    name: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Gate> {
    const { leaseId, epoch } = lease;
    const action = { type: 'shell.exec', target: {}, params: { argv: ['echo', name] } };
    const body = { leaseId, epoch, name, action, blocking: false, ...more };
    return this.#client.call<Gate>('POST', `/tasks/${task.id}/gates`, body, this.#token);
  }

  /** Sends numbered log lines in one batch; resolves when they are acked. */
  send(grant: Grant, messages: readonly string[]): Promise<void> {
    return this.say(
      grant,
      messages.map((message) => ({ level: 'info', message })),
    );
  }

  /** The same with all that a line may say. */
  say(grant: Grant, entries: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    return this.tell(grant, 'log:entry', entries);
  }

  /** Sends numbered events of one type in one batch. */
  async tell(
    grant: Grant,
    type: string,
    told: readonly Readonly<Record<string, unknown>>[],
  ): Promise<void> {
    const { leaseId, epoch } = grant.lease;
    const events = told.map((data) => {
      this.#n += 1;
      return { n: this.#n, type, data };
    });
    const path = `/tasks/${grant.task.id}/events`;
    const body = { leaseId, epoch, producer: 'main', events };
    await this.#client.call('POST', path, body, this.#token);
  }
}
