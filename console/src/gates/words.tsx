import type { Words } from './action-words.ts';

/** A sentence with names of others in it, each told apart from the words of ours. */
export const Said = ({ words }: { readonly words: Words }) => (
  <>
    {words.map((word, index) =>
      typeof word === 'string' ? word : <code key={index}>{word.code}</code>,
    )}
  </>
);
