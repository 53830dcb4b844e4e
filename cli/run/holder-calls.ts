import type { Artifact } from '../../src/contract/artifact.ts';
import type { EventsAnswer, ProducedEvent } from '../../src/contract/batch.ts';
import type { Grant } from '../../src/contract/runner.ts';
import type { Answer, Call, Refused } from './api.ts';
import type { RunnerLink } from './runner-link.ts';

const RELEASE_MS_MAX = 5_000;
/** Sixteen MiB over a slow line. */
const TRANSFER_MS = 300_000;

/** Every refusal that means: the lease is not ours any more. */
export const isLeaseOver = ({ status, code }: Refused): boolean =>
  status === 401 ||
  status === 404 ||
  code === 'stale_epoch' ||
  code === 'no_lease' ||
  code === 'not_lease_holder';

/** The grace of a cancel that comes with the refusal, or undefined where the lease ended otherwise. */
export const cancelGraceMs = ({ body }: Refused): number | undefined => {
  const { command } = body as { command?: { type?: unknown; data?: { graceMs?: unknown } } };
  return command?.type === 'cancel' ? Number(command.data?.graceMs) : undefined;
};

/** What the holder of a lease asks of the server, fenced by its epoch. */
export class HolderCalls {
  readonly holder: { readonly leaseId: string; readonly epoch: number };
  readonly #link: RunnerLink;
  readonly #path: string;

  constructor(link: RunnerLink, grant: Grant) {
    const { leaseId, epoch } = grant.lease;
    this.holder = { leaseId, epoch };
    this.#link = link;
    this.#path = `/tasks/${grant.task.id}`;
  }

  post<T>(
    path: string,
    call: { body: object; signal: AbortSignal; waitMs?: number },
  ): Promise<Answer<T>> {
    return this.#link.call<T>({
      ...call,
      path: this.#path + path,
      body: { ...this.holder, ...call.body },
    });
  }

  /** Leaves an artifact of the task under this lease. */
  putArtifact(
    artifact: { readonly name: string; readonly type: string } & NonNullable<Call['bytes']>,
    signal: AbortSignal,
  ): Promise<Answer<Artifact>> {
    const { name, type, content, headers } = artifact;
    const { leaseId, epoch } = this.holder;
    const query = new URLSearchParams({ type, leaseId, epoch: String(epoch) });
    const path = `${this.#path}/artifacts/${encodeURIComponent(name)}?${query}`;
    const bytes = { content, headers };
    return this.#link.call({ method: 'PUT', path, bytes, signal, waitMs: TRANSFER_MS });
  }

  /** The bytes of the newest version. */
  getArtifact(name: string, signal: AbortSignal): Promise<Answer<Uint8Array>> {
    const path = `${this.#path}/artifacts/${encodeURIComponent(name)}`;
    return this.#link.call({ method: 'GET', path, readsBytes: true, signal, waitMs: TRANSFER_MS });
  }

  get<T>(path: string, call: { signal: AbortSignal; waitMs?: number }): Promise<Answer<T>> {
    return this.#link.call<T>({ ...call, method: 'GET', path: this.#path + path });
  }

  sendEvents(events: readonly ProducedEvent[], signal: AbortSignal): Promise<Answer<EventsAnswer>> {
    return this.post<EventsAnswer>('/events', { body: { producer: 'main', events }, signal });
  }

  /** Gives the task back. An answer is not waited for long: the lease ends by itself otherwise. */
  async release(reason: string): Promise<void> {
    const signal = AbortSignal.timeout(RELEASE_MS_MAX);
    await this.post('/lease/release', { body: { reason }, signal });
  }
}
