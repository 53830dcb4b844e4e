import { jsonBytes } from './clean-text.ts';
import { MESSAGE_BYTES_MAX } from './task-log.ts';

const OUTPUTS_MAX = 50;

/** What a stage hands to those after it, by name. */
export class StageOutputs {
  readonly values: Record<string, string> = {};

  /** Keeps it; gives why it cannot be kept, or undefined. */
  set(key: string, value: string): string | undefined {
    const isNew = !Object.hasOwn(this.values, key);
    if (isNew && Object.keys(this.values).length === OUTPUTS_MAX) {
      return `Output ${key} is one too many: a stage has at most ${OUTPUTS_MAX}.`;
    }
    if (jsonBytes(value) > MESSAGE_BYTES_MAX) {
      return `Output ${key} is too large: at most ${MESSAGE_BYTES_MAX} bytes.`;
    }
    this.values[key] = value;
    return undefined;
  }
}
