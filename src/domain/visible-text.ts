// Text of others as a person can trust their eyes with it.

/** What shows nothing, or turns what stands around it: CVE-2021-42574 is a name of what that can do to a reader. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

const escaped = (text: string): string =>
  [...Array(text.length).keys()]
    .map((index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');

/** The text with every character that cannot be seen written as `\u…`. In JSON it says the same as before. */
export const visibleText = (text: string): string => text.replace(UNSEEN, escaped);

/** The same for text of several lines. */
export const visibleLines = (text: string): string =>
  text.replaceAll('\r\n', '\n').split('\n').map(visibleText).join('\n');
