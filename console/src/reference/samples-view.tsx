import { useState } from 'preact/hooks';
import { missingIn } from './asking.ts';
import { type Asked, SAMPLES } from './samples.ts';

const tabs = Object.keys(SAMPLES);
/** The same language on every operation. */
let last = tabs[0] ?? '';

/** The request in one language of the reader's choice. */
export function Samples({ asked }: { readonly asked: Asked }) {
  const [tab, setTab] = useState(last);
  const [copied, setCopied] = useState('');
  const text = SAMPLES[tab]?.(asked) ?? '';
  const missing = missingIn(asked);
  const open = (name: string): void => {
    last = name;
    setTab(name);
  };
  const copy = (): Promise<void> =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(text),
      () => setCopied(''),
    );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] ?? tab;
    open(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="panel stack" aria-label="The request in code">
      <div role="tablist" aria-label="Language" onKeyDown={onKeyDown}>
        {tabs.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            aria-controls="sample"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => open(name)}
          >
            {name}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by keyboard. */}
      <pre id="sample" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {text}
      </pre>
      {missing.length > 0 && (
        <p class="small wait">Fill in {missing.join(' and ')} below: it stands here then.</p>
      )}
      <div>
        <button type="button" onClick={() => void copy()}>
          {copied === text ? 'Copied' : 'Copy'}
        </button>
      </div>
    </section>
  );
}
