// What the palette offers for what has been typed, best first. Pure.

/** Something that can be chosen: a command, a page, a task. */
export interface Choice {
  readonly id: string;
  readonly name: string;
  /** Beside it, muted: a key, a status. */
  readonly note: string;
  readonly run: () => void;
}

export interface Group {
  readonly name: string;
  readonly choices: readonly Choice[];
}

const GROUP_MAX = 12;

/** Lower is better; null: it does not fit. */
export function rankOf(name: string, text: string): number | null {
  const lower = name.toLowerCase();
  const typed = text.toLowerCase().trim();
  const words = typed.split(/\s+/);
  if (!words.every((word) => lower.includes(word))) return null;
  if (lower.startsWith(typed)) return 0;
  const starts = lower.split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => starts.some((start) => start.startsWith(word))) ? 1 : 2;
}

/** The groups with what fits in each; those that have nothing are left out. */
export const fitting = (groups: readonly Group[], text: string): readonly Group[] =>
  groups
    .map(({ name, choices }) => ({
      name,
      choices: choices
        .flatMap((choice) => {
          const rank = rankOf(`${choice.name} ${choice.id}`, text);
          return rank === null ? [] : [{ choice, rank }];
        })
        .sort((one, other) => one.rank - other.rank)
        .slice(0, GROUP_MAX)
        .map(({ choice }) => choice),
    }))
    .filter(({ choices }) => choices.length > 0);
