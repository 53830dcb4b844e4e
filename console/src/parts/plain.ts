// Text of agents and of others, made harmless to the eye: what turns writing around, hides it or steers a terminal is
// shown as a mark (Unicode TR36, TR39; CVE-2021-42574).

const UNSEEN =
  /[\p{Cc}\p{Bidi_Control}\u200b-\u200d\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** The text without control, bidirectional and invisible characters; each becomes U+FFFD, so that nothing vanishes. */
export const plain = (text: string): string =>
  text.replace(UNSEEN, (one) => (one === '\n' || one === '\t' ? one : '\ufffd'));
