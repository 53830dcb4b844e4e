// One secret of each kind that is recognised. Made here, in pieces, so that no scanner takes this file for a leak.

/** So many letters and digits. */
export const x = (count: number): string => 'Ab3'.repeat(count).slice(0, count);

export const SECRETS: Readonly<Record<string, string>> = {
  sluice: `slc_run_${x(36)}`,
  webhook: `whsec_${x(32)}`,
  jwt: `eyJ${x(20)}.${x(40)}.${x(43)}`,
  pem: `-----BEGIN RSA PRIVATE KEY-----\n${x(64)}\n-----END RSA PRIVATE KEY-----`,
  github: `ghp_${x(36)}`,
  gitlab: `glpat-${x(20)}`,
  slack: `xoxb-${x(24)}`,
  aws: `AKIA${'ABCD1234'.repeat(2)}`,
  google: `AIza${x(35)}`,
  anthropic: `sk-ant-${x(40)}`,
  openai: `sk-proj-${x(40)}`,
  stripe: `sk_live_${x(24)}`,
  npm: `npm_${x(36)}`,
};
