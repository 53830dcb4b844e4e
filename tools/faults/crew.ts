// Real runners on one machine and one repository, each behind a cable of its own.
import { rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliRunner } from './cli-runner.ts';
import { GIT_PROJECT } from './project.ts';
import { TcpProxy } from './tcp-proxy.ts';
import type { World } from './world.ts';

interface Place {
  readonly repoDir: string;
  readonly dir: string;
  readonly stateDir: string;
  readonly brand: readonly [string, string];
  readonly concurrency: number;
  readonly workSeconds: number;
}

/** A runner with its cable; after a kill it is started again under the same name. */
export class Member {
  readonly name: string;
  readonly cable: TcpProxy;
  readonly #place: Place;
  #runner: CliRunner | undefined;

  constructor(name: string, cable: TcpProxy, place: Place) {
    this.name = name;
    this.cable = cable;
    this.#place = place;
  }

  static async make(world: World, name: string, place: Place): Promise<Member> {
    return new Member(name, await TcpProxy.listen(world.server.port), place);
  }

  get runner(): CliRunner {
    if (this.#runner === undefined) throw new Error(`${this.name} was not started`);
    return this.#runner;
  }

  start(): void {
    const { name, cable } = this;
    this.#runner = new CliRunner({ ...this.#place, name, url: cable.url, projectId: GIT_PROJECT });
  }

  /** Its agent takes its time in the stage that writes, until `hurry`. */
  dawdle(): void {
    writeFileSync(join(this.#place.dir, 'slow'), '');
  }

  hurry(): void {
    rmSync(join(this.#place.dir, 'slow'), { force: true });
  }

  /** The task whose agent dawdles now. */
  async dawdlesAt(): Promise<string | undefined> {
    const text = await readFile(join(this.#place.dir, 'at'), 'utf8').catch(() => '');
    return text.trim() === '' ? undefined : text.trim();
  }

  async end(): Promise<void> {
    await this.#runner?.end();
    await this.cable.close();
  }
}
