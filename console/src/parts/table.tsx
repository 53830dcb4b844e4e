import type { ComponentChildren } from 'preact';

interface TableProps {
  /** What it lists, for who does not see it. */
  readonly label: string;
  /** An empty one: the column of the buttons. */
  readonly heads: readonly string[];
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A table that scrolls sideways inside itself where it is too wide, by keyboard as well. */
export function Table({ label, heads, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard.
    <section class="scroll" tabIndex={0} aria-label={label}>
      <table>
        {heads.length > 0 && (
          <thead>
            <tr>
              {heads.map((head) =>
                head === '' ? (
                  <td key={head} />
                ) : (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
        )}
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
