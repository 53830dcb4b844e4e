import { ARTIFACT_PAGE_BYTES } from '../contract/artifact.ts';

/** The sender has gone before all of the body was here. */
export class BodyEndedEarly extends Error {}

/** The bytes of a body in full pages, one at a time, and then the rest, which may be empty. */
export async function* pagesOf(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly isLast: boolean }> {
  let page = new Uint8Array(ARTIFACT_PAGE_BYTES);
  let used = 0;
  for await (const chunk of chunksOf(body)) {
    let rest = chunk;
    while (rest.byteLength > 0) {
      const part = rest.subarray(0, ARTIFACT_PAGE_BYTES - used);
      page.set(part, used);
      used += part.byteLength;
      rest = rest.subarray(part.byteLength);
      if (used < ARTIFACT_PAGE_BYTES) continue;
      yield { bytes: page, isLast: false };
      page = new Uint8Array(ARTIFACT_PAGE_BYTES);
      used = 0;
    }
  }
  yield { bytes: page.slice(0, used), isLast: true };
}

async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new BodyEndedEarly();
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops before the end wants no more of it.
    await reader.cancel().catch(() => undefined);
  }
}
