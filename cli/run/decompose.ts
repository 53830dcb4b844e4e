import type { DecomposeBody } from '../../src/contract/subtask.ts';
import { cleanValue, jsonBytes } from './clean-text.ts';

/** How much a stage may say of the subtasks it wants. */
export const DECOMPOSE_BYTES_MAX = 65_536;
const SUBTASKS_MAX = 50;

/** The subtasks that a stage asks for, or why they cannot be asked for. */
export const readDecompose = (json: string): DecomposeBody | string => {
  try {
    return decomposeOf(JSON.parse(json));
  } catch {
    return 'it is not JSON';
  }
};

const decomposeOf = (value: unknown): DecomposeBody | string => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'it is not a JSON object';
  }
  const { subtasks } = value as { subtasks?: unknown };
  if (!Array.isArray(subtasks) || subtasks.length === 0 || !subtasks.every(isDescribed)) {
    return 'its subtasks are not a list of objects with a description';
  }
  if (subtasks.length > SUBTASKS_MAX) return `it has more than ${SUBTASKS_MAX} subtasks`;
  const clean = cleanValue(value);
  if (jsonBytes(clean) > DECOMPOSE_BYTES_MAX) return 'it is larger than 64 KiB';
  // The rest is the server's to read: it fills in what is left out, and says what is wrong.
  return clean as DecomposeBody;
};

const isDescribed = (subtask: unknown): boolean =>
  typeof subtask === 'object' &&
  subtask !== null &&
  'description' in subtask &&
  typeof subtask.description === 'string';
