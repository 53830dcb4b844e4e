import type { BundleKey, BundleLine, BundleManifest } from '../src/contract/bundle.ts';
import type { Checkpoint, Receipt } from '../src/contract/receipt.ts';
import { BadEntry } from './bad-entry.ts';
import { bundleLines, type RawLine } from './bundle-lines.ts';
import { Chain } from './chain.ts';
import { ArtifactCheck } from './check-artifacts.ts';
import { checkCheckpoints, checkManifest, type SaidCheckpoint } from './check-checkpoints.ts';
import {
  checkDigests,
  checkPlaces,
  checkUses,
  checkVotes,
  type SaidReceipt,
} from './check-receipts.ts';
import { keptDigest } from './digest.ts';
import { mayFollow, readEntry } from './entry.ts';
import { LogFacts } from './log-facts.ts';
import { isReceiptKey, type Jwk, kidOf, type TrustedKeys, verifiedPayload } from './signatures.ts';

export interface Verified {
  readonly task: string;
  readonly iss: string;
  readonly lastSeq: number;
  readonly blocks: number;
  readonly pruned: boolean;
  readonly receipts: readonly Receipt[];
  readonly checkpoints: number;
  readonly artifacts: number;
}

/**
 * Checks a bundle, line by line as it is read, and throws the first entry that does not hold. Without keys it is checked
 * under its own, which proves no more than that it agrees with itself. `digest` is for who can do it without keeping all.
 */
export const verifyBundle = async (
  source: AsyncIterable<Uint8Array>,
  trusted: TrustedKeys | null,
  digest = keptDigest(),
): Promise<Verified> => {
  const reading = new Reading(trusted);
  for await (const line of bundleLines(source, digest)) await reading.add(line);
  return reading.finish();
};

class Reading {
  readonly #isTrusting: boolean;
  readonly #keys: Map<string, Jwk>;
  readonly #facts = new LogFacts();
  readonly #artifacts = new ArtifactCheck();
  readonly #receipts: SaidReceipt[] = [];
  readonly #checkpoints: SaidCheckpoint[] = [];
  #manifest: BundleManifest | undefined;
  #chain: Chain | undefined;
  #kinds: BundleLine['k'] | undefined;
  #kid = '';
  readonly #shown = new Set<string>();
  #line = 0;
  #artifactLines = 0;
  /** The first that did not hold. What comes after it is only looked at for its form. */
  #bad: BadEntry | undefined;
  /** Only said where nothing else is: a digest over everything does not tell what was changed. */
  #badEnd: BadEntry | undefined;

  constructor(trusted: TrustedKeys | null) {
    this.#isTrusting = trusted === null;
    this.#keys = new Map(trusted);
  }

  async add(raw: RawLine): Promise<void> {
    const entry = readEntry(raw.text, raw.number);
    if (!mayFollow(this.#kinds, entry.k)) {
      throw new BadEntry(raw.number, `a ${entry.k} does not belong here`);
    }
    this.#kinds = entry.k;
    this.#line = raw.number;
    try {
      await this.#check(entry, raw);
    } catch (error) {
      // A hash is no signature: anybody can make one of a body that no server would write.
      this.#bad ??= BadEntry.of(error, raw.number);
    }
  }

  async #check(entry: BundleLine, { number, digestBefore }: RawLine): Promise<void> {
    switch (entry.k) {
      case 'manifest':
        this.#manifest = entry;
        this.#chain = new Chain(entry);
        return;
      case 'key':
        return this.#key(entry, number);
      case 'block':
        if (this.#bad !== undefined) return;
        await this.#chain?.add(entry, number);
        await this.#facts.add(entry, number);
        return;
      case 'receipt':
        this.#receipts.push({ line: number, said: await this.#said<Receipt>(entry, number) });
        return;
      case 'checkpoint':
        this.#checkpoints.push({ line: number, said: await this.#said<Checkpoint>(entry, number) });
        return;
      case 'artifact':
        this.#artifactLines += 1;
        if (this.#bad === undefined) await this.#artifacts.add(entry, number, this.#facts);
        return;
      case 'end':
        if (entry.lines !== number - 1 || entry.sha256 !== (await digestBefore())) {
          this.#badEnd = new BadEntry(number, 'it does not count the lines before it');
        }
        return;
      default:
        entry satisfies never;
    }
  }

  async #key({ jwk }: BundleKey, line: number): Promise<void> {
    if (!(await isReceiptKey(jwk))) throw new BadEntry(line, 'it is no key of receipts');
    const kid = String(jwk['kid']);
    if (kid <= this.#kid) throw new BadEntry(line, 'it does not come after the key before it');
    this.#kid = kid;
    this.#shown.add(kid);
    if (this.#isTrusting) this.#keys.set(kid, jwk);
  }

  async #said<T>(entry: { readonly k: string; readonly jws: string }, line: number): Promise<T> {
    const typ = `sluice-${entry.k}+jwt`;
    if (!this.#shown.has(kidOf(entry.jws))) {
      throw new BadEntry(line, 'the key that it names is not in the bundle');
    }
    // The server's own words: `typ` says what they are, and a trusted key has signed them.
    return (await verifiedPayload({ jws: entry.jws, typ, line }, this.#keys)) as T;
  }

  async finish(): Promise<Verified> {
    try {
      return await this.#found();
    } catch (error) {
      throw BadEntry.of(error, this.#line);
    }
  }

  async #found(): Promise<Verified> {
    const manifest = this.#manifest;
    if (manifest === undefined || this.#kinds !== 'end') {
      throw new BadEntry(this.#line + 1, 'the end is missing: the file was cut');
    }
    const last = this.#checkpoints.at(-1);
    const isExports = last !== undefined && last.line === this.#lastCheckpointLine();
    if (isExports) checkManifest(manifest, last);
    if (this.#bad !== undefined) throw this.#bad;
    this.#chain?.finish();
    const { iss, project, task, lastSeq } = manifest;
    for (const { line, said } of [...this.#receipts, ...this.#checkpoints]) {
      if (said.iss !== iss || said.project !== project || said.task !== task) {
        throw new BadEntry(line, 'it is of another task');
      }
    }
    checkPlaces(this.#receipts, this.#facts);
    await checkDigests(this.#receipts, this.#facts);
    checkVotes(this.#receipts, this.#facts);
    checkUses(this.#receipts);
    checkCheckpoints(this.#checkpoints, this.#facts, this.#line);
    this.#artifacts.finish(this.#facts);
    if (this.#badEnd !== undefined) throw this.#badEnd;
    return {
      ...{ task, iss, lastSeq, blocks: this.#facts.blocks, pruned: manifest.pruned.length > 0 },
      receipts: this.#receipts.map(({ said }) => said),
      checkpoints: this.#checkpoints.length,
      artifacts: this.#artifactLines,
    };
  }

  /** Before the artifacts and the end. */
  #lastCheckpointLine(): number {
    return this.#line - this.#artifactLines - 1;
  }
}
