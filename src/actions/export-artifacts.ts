// The artifacts of a task as lines of its export.

import type { Artifact } from '../contract/artifact.ts';
import type { Result } from '../contract/error.ts';
import type { taskDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';

type Door = ReturnType<typeof taskDoor<'artifacts'>>;

/** Of 1 MiB at a time, base64 takes whole threes: what is left of a page goes before the next. */
const GROUP = 3;

/** Every version, oldest first, as parts of lines: the bytes of one are never held as a whole. */
export async function* artifactText(
  ask: Ask,
  door: Door,
  count: number,
): AsyncGenerator<{ readonly text: string; readonly endsLine: boolean }> {
  const listed = present(await door.list(ask.actor));
  // What came after the export had begun is not in it.
  for (const artifact of listed.slice(0, count)) {
    const { name, version, sha256, bytes, url } = artifact;
    const head = JSON.stringify({ k: 'artifact', name, version, sha256, bytes }).slice(0, -1);
    if (url !== undefined) {
      yield { text: `${head},"data":null}\n`, endsLine: true };
      continue;
    }
    yield { text: `${head},"data":"`, endsLine: false };
    for await (const text of base64Of(ask, door, artifact)) yield { text, endsLine: false };
    yield { text: '"}\n', endsLine: true };
  }
}

async function* base64Of(ask: Ask, door: Door, artifact: Artifact): AsyncGenerator<string> {
  const { name, version } = artifact;
  let left = new Uint8Array();
  for (let index = 0; ; index += 1) {
    const page = present(await door.page({ actor: ask.actor, name, version }, index));
    if (page === null) break;
    const all = new Uint8Array(left.byteLength + page.byteLength);
    all.set(left);
    all.set(page, left.byteLength);
    const whole = all.byteLength - (all.byteLength % GROUP);
    yield base64(all.subarray(0, whole));
    left = all.slice(whole);
  }
  yield base64(left);
}

/** A piece at a time: a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return btoa(text);
}

/** The task was deleted meanwhile: an answer that is cut off says so. */
function present<T>(read: Result<T>): T {
  if (!read.ok) throw new Error('The task is gone.');
  return read.value;
}
