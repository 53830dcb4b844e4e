interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  /** Chosen at first; what people choose afterwards stays, however often this is drawn. */
  readonly value: string;
  /** Each value with its text for people, where that is another. */
  readonly options: readonly (string | readonly [value: string, text: string])[];
}

/** A field of a form in which one of a few is chosen. */
export function Choice({ label, name, value, options }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name}>
        {options.map((option) => {
          const [one, text] = typeof option === 'string' ? [option, option] : option;
          return (
            <option key={one} value={one} selected={one === value}>
              {text}
            </option>
          );
        })}
      </select>
    </label>
  );
}
