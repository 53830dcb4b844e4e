// The whole action: nothing of it is cut or rendered, and the browser checks that it has the hash which is decided on.

import type { Gate } from '../../../src/contract/gate.ts';
import { bytes } from '../parts/number.ts';
import { visible } from '../parts/visible.ts';
import { spreadJson } from './canonical.ts';
import { SEAL_WORDS, type Seal, sealOf } from './own-hash.ts';

const MARKS: Readonly<Record<Seal, string>> = {
  making: '',
  same: '✓ this browser has made the same hash of it',
  other: '✕ this browser makes another hash of it: this is not the action of the gate',
  none: '✕ this browser can make no hash of it on this page',
};

/** What is decided on, with its hash and the artifacts that it names. */
export function AskedAction({ gate }: { readonly gate: Gate }) {
  const { action, actionHash } = gate;
  const seal = sealOf(gate);
  return (
    <section class="stack asked" aria-label="The action">
      <div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long action is scrolled by keyboard. */}
        <pre tabIndex={0}>{spreadJson(action)}</pre>
        <p class="small muted">
          <code>{actionHash}</code>{' '}
          <span class={seal === 'same' ? 'ok' : 'bad'}>{MARKS[seal]}</span>
        </p>
      </div>
      <NamedArtifacts gate={gate} />
    </section>
  );
}

/** Why the action of a gate cannot be let pass here; nothing where it can. */
export function SealNote({ gate }: { readonly gate: Gate }) {
  const why = SEAL_WORDS[sealOf(gate)];
  return why === null ? null : (
    <p class="bad" role="alert">
      {why}
    </p>
  );
}

function NamedArtifacts({ gate }: { readonly gate: Gate }) {
  const { artifacts = [] } = gate.action;
  if (artifacts.length === 0) return null;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Artifact</th>
            <th scope="col">SHA-256</th>
            <th scope="col" class="number">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {artifacts.map(({ name, sha256, bytes: size }) => (
            <tr key={name}>
              <td>
                <a href={`/tasks/${gate.taskId}/artifacts/${encodeURIComponent(name)}`} download>
                  {visible(name)}
                </a>
              </td>
              <td>
                <code>{visible(sha256)}</code>
              </td>
              <td class="number">{bytes(size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
