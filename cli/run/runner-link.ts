import type { RegisterBody, Registered } from '../../src/contract/runner.ts';
import type { Answer, Api, Call } from './api.ts';

const RENEWALS_MAX = 3;
const LEAVE_MS_MAX = 2_000;

type LinkCall = Omit<Call, 'token'>;

/** This runner's standing with the server: its id and token, renewed when the server forgot them. */
export class RunnerLink {
  readonly #api: Api;
  readonly #ownerToken: string | undefined;
  readonly #registration: RegisterBody;
  #registered: Registered | undefined;
  #renewal: Promise<Answer<Registered>> | undefined;

  constructor(options: { api: Api; ownerToken: string | undefined; registration: RegisterBody }) {
    this.#api = options.api;
    this.#ownerToken = options.ownerToken;
    this.#registration = options.registration;
  }

  get runnerId(): string {
    return this.#registered?.runner.id ?? '';
  }

  /** Asks once however many calls found the token dead. */
  register(signal: AbortSignal): Promise<Answer<Registered>> {
    this.#renewal ??= this.#register(signal).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async call<T>(call: LinkCall): Promise<Answer<T>> {
    for (let renewals = 0; ; renewals += 1) {
      const token = this.#registered?.token;
      const answer = await this.#api.call<T>({ ...call, token });
      if (answer.ok || answer.status !== 401 || renewals === RENEWALS_MAX) return answer;
      if (token !== this.#registered?.token) continue;
      const renewed = await this.register(call.signal);
      if (!renewed.ok) return renewed;
    }
  }

  /** Says that this runner takes no more work; nothing hangs on the answer. */
  async drain(): Promise<void> {
    const registered = this.#registered;
    if (registered === undefined) return;
    await this.#api.call({
      path: `/runners/${registered.runner.id}/drain`,
      token: this.#ownerToken,
      signal: AbortSignal.timeout(LEAVE_MS_MAX),
    });
  }

  /** Says goodbye, so that nothing waits for this runner; a server that is away learns it by the silence. */
  async leave(): Promise<void> {
    const registered = this.#registered;
    if (registered === undefined) return;
    await this.#api.call({
      method: 'DELETE',
      path: `/runners/${registered.runner.id}`,
      token: registered.token,
      signal: AbortSignal.timeout(LEAVE_MS_MAX),
    });
  }

  async #register(signal: AbortSignal): Promise<Answer<Registered>> {
    const answer = await this.#api.call<Registered>({
      path: '/runners',
      body: this.#registration,
      token: this.#ownerToken,
      signal,
    });
    if (answer.ok) this.#registered = answer.body;
    return answer;
  }
}
