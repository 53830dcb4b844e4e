import type { Artifact } from '../../contract/artifact.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Actor } from '../../contract/principal.ts';
import { artifactOf } from '../../domain/artifacts.ts';
import type { AddArtifact, Command } from '../../domain/command.ts';
import { decide } from '../../domain/decide.ts';
import type { ArtifactTable } from './artifact-table.ts';
import type { TaskReader } from './task-reader.ts';
import type { TaskStore } from './task-store.ts';

/** What is sent, by whom. `artifact.bytes` are those that are known of so far. */
export type Sent = Omit<AddArtifact, 'type' | 'underWay'>;

/** A part of the bytes: of a file that was begun, or of a new one. */
export interface SentPage {
  readonly file: number | null;
  readonly page: number;
  readonly bytes: Uint8Array;
}

export interface Added {
  readonly artifact: Artifact;
  /** False: it was here already. */
  readonly isNew: boolean;
}

export interface WantedArtifact {
  readonly actor: Actor;
  readonly name: string;
  readonly version?: number | undefined;
}

interface Wiring {
  readonly store: TaskStore;
  readonly table: ArtifactTable;
  readonly reader: TaskReader;
  readonly apply: (command: Command) => Result<number>;
  readonly settle: () => Promise<void>;
}

const NOT_FOUND = refuse('not_found', 'Artifact not found');
const GONE = refuse('conflict', 'The bytes before these are gone: send it again.');

/** What can be asked of a task's artifacts. */
export class ArtifactDesk {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Every version, oldest first. */
  list(actor: Actor): Result<readonly Artifact[]> {
    const visible = this.#wiring.reader.visible(actor);
    return visible.ok ? ok(visible.value.artifacts ?? []) : visible;
  }

  find({ actor, name, version }: WantedArtifact): Result<Artifact> {
    const all = this.list(actor);
    if (!all.ok) return all;
    const found = artifactOf(all.value, name, version);
    return found === undefined ? NOT_FOUND : ok(found);
  }

  /** The bytes of one version, a page at a time; null past the last page. */
  page(wanted: WantedArtifact, page: number): Result<Uint8Array | null> {
    const found = this.find(wanted);
    return found.ok ? ok(this.#wiring.table.page(found.value, page)) : found;
  }

  /** Keeps a part of what is larger than a page, if the whole of it could be taken. Answers its file. */
  keep(sent: Sent, { file, page, bytes }: SentPage): Result<number> {
    const { table, store } = this.#wiring;
    const may = decide(store.state, this.#command(sent, file));
    if (!may.ok) {
      if (file !== null) table.drop(file);
      return may;
    }
    const into = file ?? table.begin(sent.now);
    return table.append(into, page, bytes) ? ok(into) : GONE;
  }

  /** Takes the last part and makes all of it an artifact. Without a part the bytes lie elsewhere. */
  async add(sent: Sent, last: SentPage | null): Promise<Result<Added>> {
    const added = this.#add(sent, last);
    await this.#wiring.settle();
    return added;
  }

  /** Nothing more comes of a file that was begun. */
  abandon(file: number): void {
    this.#wiring.table.drop(file);
  }

  #add(sent: Sent, last: SentPage | null): Result<Added> {
    const { table, store, apply } = this.#wiring;
    const { name, bytes } = sent.artifact;
    const before = last?.file ?? null;
    if (last !== null && before !== null) {
      if (table.bytesOf(before) + last.bytes.byteLength !== bytes) return GONE;
    }
    const applied = apply(this.#command(sent, before));
    const artifact = artifactOf(store.state?.artifacts ?? [], name);
    if (!applied.ok || applied.value === 0) {
      if (before !== null) table.drop(before);
      if (!applied.ok) return applied;
    }
    if (artifact === undefined) throw new Error('An artifact was taken and is not there.');
    if (applied.value > 0 && last !== null) this.#fill(sent.now, last, artifact);
    return ok({ artifact, isNew: applied.value > 0 });
  }

  /** In the same turn as the event, so that both are durable or neither is. */
  #fill(now: number, { file, page, bytes }: SentPage, artifact: Artifact): void {
    const { table } = this.#wiring;
    const into = file ?? table.begin(now);
    if (bytes.byteLength > 0) table.append(into, page, bytes);
    table.assign(into, artifact);
  }

  #command(sent: Sent, file: number | null): AddArtifact {
    const { table, store } = this.#wiring;
    if (store.state === null) return { type: 'add-artifact', ...sent, underWay: 0 };
    const own = file === null ? 0 : table.bytesOf(file);
    const underWay = table.bytesUnderWay() - own;
    return { type: 'add-artifact', ...sent, underWay };
  }
}
