/**
 * The network that an address is of: /24, or /48 of version 6. It is what is kept and limited by; the address itself is
 * not. Null where the platform does not say.
 */
export function ipPrefixOf(ip: string | undefined): string | null {
  if (ip === undefined) return null;
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(ip);
  if (four) return `${four[1]}.0/24`;
  if (!ip.includes(':')) return null;
  const [head = ''] = ip.toLowerCase().split('::', 1);
  const groups = [...head.split(':').filter((group) => group !== ''), '0', '0', '0'].slice(0, 3);
  return `${groups.join(':')}::/48`;
}
