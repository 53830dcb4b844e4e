const UNSEEN =
  /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** The text with each character that cannot be seen, or turns what stands around it, written as `\u…` (CVE-2021-42574). */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (one) =>
    [...Array(one.length).keys()]
      .map((index) => `\\u${one.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
