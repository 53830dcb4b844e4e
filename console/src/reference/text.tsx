/** A description: what stands in backticks is code, the rest is text. */
export function Text({ text }: { readonly text: string }) {
  return (
    <>
      {text
        .split('`')
        // The position is the only thing that tells two equal pieces apart.
        .map((piece, index) => (index % 2 === 1 ? <code key={index}>{piece}</code> : piece))}
    </>
  );
}
