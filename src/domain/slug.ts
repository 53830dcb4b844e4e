const SLUG_MAX = 50;

/** The readable end of a branch name: ASCII letters, digits and single dashes, at most 50, never at an end. */
export function slug(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9_\s-]/g, '')
    .replace(/[\s_-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, SLUG_MAX)
    .replace(/-+$/, '');
  return words === '' ? 'task' : words;
}

/** The branch of a task: prefix, the middle of its id, its first four random digits, the slug. */
export function branchName(prefix: string, taskId: string, description: string): string {
  const [, time = '', random = ''] = taskId.split('_');
  return `${prefix}${time}${random.slice(0, 4)}-${slug(description)}`;
}
