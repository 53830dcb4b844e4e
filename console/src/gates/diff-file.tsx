// A patch as it lies among the artifacts of a task, read when somebody looks.

import { useSignal } from '@preact/signals';
import type { Artifact } from '../../../src/contract/artifact.ts';
import { useReading } from '../api/read.ts';
import { bytes, count } from '../parts/number.ts';
import { visible } from '../parts/visible.ts';
import { readDiff } from './diff.ts';

/** Larger ones are for a tool of one's own. */
const READ_BYTES_MAX = 500_000;
const LINES_MAX = 3_000;

interface DiffProps {
  readonly taskId: string;
  readonly artifact: Artifact;
  readonly isOpen: boolean;
}

export function DiffFile({ taskId, artifact, isOpen }: DiffProps) {
  const { name, version, bytes: size, url } = artifact;
  const wanted = useSignal(isOpen);
  const path = `/tasks/${taskId}/artifacts/${encodeURIComponent(name)}?version=${version}`;
  const isHere = url === undefined && size <= READ_BYTES_MAX;
  return (
    <details open={isOpen} onToggle={(event) => (wanted.value = event.currentTarget.open)}>
      <summary>
        {visible(name)} <span class="small muted">{bytes(size)}</span>
      </summary>
      {wanted.value && isHere && <DiffText path={path} />}
      <a href={path} download>
        Download it
      </a>
    </details>
  );
}

function DiffText({ path }: { readonly path: string }) {
  const { value, refusal } = useReading<string>(path, true);
  if (refusal.value !== null) return <p class="bad">{refusal.value.message}</p>;
  if (value.value === null) return <p class="muted">reading…</p>;
  const { lines, files, added, removed } = readDiff(value.value);
  return (
    <>
      <p class="small">
        {count(files)} {files === 1 ? 'file' : 'files'} · <span class="added">+{count(added)}</span>{' '}
        <span class="removed">−{count(removed)}</span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long patch is scrolled by keyboard. */}
      <pre class="diff" tabIndex={0}>
        {lines.slice(0, LINES_MAX).map(({ kind, text }, at) => (
          <span key={at} class={kind}>{`${visible(text)}\n`}</span>
        ))}
      </pre>
      {lines.length > LINES_MAX && (
        <p class="muted">{count(lines.length - LINES_MAX)} more lines are in the file.</p>
      )}
    </>
  );
}
