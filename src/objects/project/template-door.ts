import type { Kept, Key } from '../../contract/reply.ts';
import type { Template, TemplateChange } from '../../contract/template.ts';
import type { KeptReplies } from '../kept-replies.ts';
import type { TemplateTable } from './template-table.ts';

/** What can be asked of a project about its templates. */
export class TemplateDoor {
  readonly #templates: TemplateTable;
  readonly #replies: KeptReplies;

  constructor(templates: TemplateTable, replies: KeptReplies) {
    this.#templates = templates;
    this.#replies = replies;
  }

  find(id: string): Template | null {
    return this.#templates.find(id);
  }

  list(before: string | null, limit: number): Template[] {
    return this.#templates.page(before, limit);
  }

  add(template: Template, max: number, key: Key = null): Kept<Template> {
    return this.#replies.once(key, () => this.#templates.add(template, max));
  }

  change(id: string, change: TemplateChange, now: number): Template | null {
    return this.#templates.change(id, change, now);
  }

  remove(id: string): boolean {
    return this.#templates.remove(id);
  }
}
