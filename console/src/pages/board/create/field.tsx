import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FieldFault } from './new-task.ts';

/** What was wrong with the fields of this form when it was last sent. */
export const Faults = createContext<readonly FieldFault[]>([]);

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly children?: ComponentChildren;
}

/** A field with its label and, where there is one, its fault. */
function Labelled({ name, label, children }: FieldProps) {
  const fault = useContext(Faults).find(({ path }) => path === name);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the field is its child.
    <label>
      {label}
      {children}
      {fault !== undefined && <span class="small bad">{fault.message}</span>}
    </label>
  );
}

interface TextProps {
  readonly name: string;
  readonly label: string;
  readonly rows?: number;
  readonly max?: number;
  readonly hint?: string;
}

export function TextField({ name, label, rows, max = 100, hint }: TextProps) {
  return (
    <Labelled name={name} label={label}>
      {rows === undefined ? (
        <input name={name} maxLength={max} placeholder={hint} />
      ) : (
        <textarea name={name} rows={rows} maxLength={max} placeholder={hint} />
      )}
    </Labelled>
  );
}

interface NumberProps {
  readonly name: string;
  readonly label: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: string;
}

export function NumberField({ name, label, min = 1, max, step = '1' }: NumberProps) {
  return (
    <Labelled name={name} label={label}>
      <input name={name} type="number" min={min} max={max} step={step} />
    </Labelled>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  /** What it is called to leave it open. */
  readonly unset: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onPick?: (value: string) => void;
}

export function ChoiceField({ name, label, unset, options, onPick }: ChoiceProps) {
  return (
    <Labelled name={name} label={label}>
      <select name={name} onChange={({ currentTarget }) => onPick?.(currentTarget.value)}>
        <option value="">{unset}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
