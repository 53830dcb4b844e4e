// The stages of the built-in workflows, as the reference lists them.

export const BUILTIN_NAMES = {
  feature: ['planning', 'architecture', 'implementation', 'testing', 'review'],
  bugfix: ['investigation', 'fix', 'testing', 'review'],
  refactor: ['analysis', 'refactor', 'testing', 'review'],
};
