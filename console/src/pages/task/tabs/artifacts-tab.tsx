// What the work leaves behind, every version; texts can be looked at here, and are text only.

import { useSignal } from '@preact/signals';
import type { Artifact, ArtifactList } from '../../../../../src/contract/artifact.ts';
import { get, type Refusal, withQuery } from '../../../api/ask.ts';
import { useReading } from '../../../api/read.ts';
import { Ago } from '../../../parts/ago.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { bytes } from '../../../parts/number.ts';
import { plain } from '../../../parts/plain.ts';
import { Refused } from '../../../parts/refused.tsx';
import type { TabProps } from '../tab-panel.tsx';
import { ArtifactText } from './artifact-text.tsx';

/** What is shown in the page; larger texts are downloaded. */
const SHOWN_BYTES_MAX = 512_000;

export function ArtifactsTab({ view: { task, at, ms } }: TabProps) {
  // Another version is another path: the list is read again when there is one.
  const versions = task.artifacts.map(({ name, version }) => name + version).join();
  const { value, refusal, again } = useReading<ArtifactList>(
    `/tasks/${task.id}/artifacts#${versions}`,
  );
  if (refusal.value !== null) return <Refused refusal={refusal.value} again={again} />;
  if (value.value === null) return <p class="muted">reading…</p>;
  const until = at === null ? '9' : new Date(ms).toISOString();
  const shown = value.value.artifacts.filter(({ createdAt }) => createdAt <= until).reverse();
  if (shown.length === 0)
    return (
      <Empty
        title="Nothing has been left behind yet"
        command={`echo '::sluice {"type":"artifact","path":"coverage.html","kind":"report"}'`}
      >
        <p class="muted">An agent under `sluice run` leaves a file of its work tree so:</p>
      </Empty>
    );
  return (
    <section class="panel stack" aria-label="Artifacts">
      {shown.map((artifact) => (
        <Left key={`${artifact.name} ${artifact.version}`} taskId={task.id} artifact={artifact} />
      ))}
    </section>
  );
}

function Left({ taskId, artifact }: { readonly taskId: string; readonly artifact: Artifact }) {
  const { name, type, version, contentType, sha256, createdAt, url } = artifact;
  const text = useSignal<string | null>(null);
  const refusal = useSignal<Refusal | null>(null);
  const path = withQuery(`/tasks/${taskId}/artifacts/${encodeURIComponent(name)}`, { version });
  const fold = (): void => {
    text.value = null;
  };
  const look = async (): Promise<void> => {
    const answer = await get<string>(path, { headers: { Accept: '*/*' }, isText: true });
    refusal.value = answer.ok ? null : answer.refusal;
    if (answer.ok) text.value = answer.value;
  };
  const isShown = url === undefined && artifact.bytes <= SHOWN_BYTES_MAX && isText(artifact);
  return (
    <article class="stack">
      <div class="row">
        <b>{plain(name)}</b>
        <span class="muted small">
          {type} · version {version} · {bytes(artifact.bytes)} · {plain(contentType)} ·{' '}
          <Ago at={createdAt} suffix=" ago" />
        </span>
        <span class="row push">
          {isShown && (
            <button
              type="button"
              aria-expanded={text.value !== null}
              onClick={() => (text.value === null ? void look() : fold())}
            >
              {text.value === null ? 'Look at it' : 'Fold it'}
            </button>
          )}
          {url === undefined ? (
            <a href={path} download={plain(name)}>
              Download
            </a>
          ) : (
            /^https?:/.test(url) && (
              <a href={url} rel="noopener noreferrer">
                Where it lies
              </a>
            )
          )}
        </span>
      </div>
      <p class="muted small id">sha256 {sha256}</p>
      {refusal.value !== null && <Refused refusal={refusal.value} again={() => void look()} />}
      {text.value !== null && <ArtifactText text={text.value} isDiff={type === 'diff'} />}
    </article>
  );
}

const isText = ({ type, contentType }: Artifact): boolean =>
  type === 'diff' || type === 'log' || /^text\/|json|xml|javascript|yaml/.test(contentType);
