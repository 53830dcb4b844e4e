import { z } from 'zod';
import { fieldText } from './field.ts';

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_LINES = /[^\P{Cc}\n\r\t]/u;

/** What turns the direction of the text around it: a name with it reads as another. */
const TURNING = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** Words of one line, trimmed, with at least one letter of any kind and nothing that controls how it is shown. */
export const fieldLine = (name: string, maxLength: number) =>
  fieldText(name, maxLength, { required: true, trim: true }).refine(
    (text) => text.isWellFormed() && !CONTROL.test(text) && !TURNING.test(text),
    `${name} must be one line of text`,
  );

/** Words of any number of lines. */
export const fieldProse = (name: string, maxLength: number) =>
  fieldText(name, maxLength, { trim: true }).refine(
    (text) => text.isWellFormed() && !CONTROL_BUT_LINES.test(text),
    `${name} must be text`,
  );

const LINK = /^https?:\/\/[^\s"'<>\\/?#@]+([/?#][^\s"'<>\\]*)?$/i;

/** A link that a person may follow: http or https, without a name or password in it. */
export const fieldLink = (name: string) =>
  z
    .string({ error: `${name} must be a string` })
    .max(2_048, `${name} must be 2048 characters or less`)
    .refine(
      (text) => LINK.test(text) && URL.canParse(text),
      `${name} must be an http or https URL`,
    );
