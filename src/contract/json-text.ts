/** A value of `T` as JSON. It was made once, of our own values, and is passed on as it is. */
export type JsonText<T> = string & { readonly of?: T };

export const toJsonText = <T>(value: T): JsonText<T> => JSON.stringify(value);

/** The value again. It is ours, so it is what its type says. */
export const fromJsonText = <T>(text: JsonText<T>): T => JSON.parse(text) as T;

/** Two JSON objects, neither empty, as one: the members of the second come last. */
export const joinObjects = <A, B>(first: JsonText<A>, second: JsonText<B>): JsonText<A & B> =>
  `${first.slice(0, -1)},${second.slice(1)}`;
