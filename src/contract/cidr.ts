// Networks as they are written (RFC 4632, RFC 4291 §2.3), and whether an address is of one.

interface Network {
  readonly base: bigint;
  readonly prefix: number;
  readonly width: 32 | 128;
}

const BYTE = /^(0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/** True for a network, or a single address, of version 4 or 6. */
export const isCidr = (text: string): boolean => networkOf(text) !== null;

/** Whether all of `inner`, a network or an address, lies in `outer`. False for what is neither. */
export function isWithin(inner: string, outer: string): boolean {
  const [small, large] = [networkOf(inner), networkOf(outer)];
  if (small === null || large === null || small.width !== large.width) return false;
  const shift = BigInt(large.width - large.prefix);
  return small.prefix >= large.prefix && small.base >> shift === large.base >> shift;
}

function networkOf(text: string): Network | null {
  const [address = '', length, ...rest] = text.split('/');
  const found = address.includes(':') ? versionSix(address) : versionFour(address);
  if (found === null || rest.length > 0) return null;
  if (length === undefined) return { ...found, prefix: found.width };
  if (!BYTE.test(length) || Number(length) > found.width) return null;
  return { ...found, prefix: Number(length) };
}

type Address = Omit<Network, 'prefix'>;

function versionFour(text: string): Address | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => BYTE.test(part) && Number(part) < 256)) {
    return null;
  }
  return { base: parts.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n), width: 32 };
}

/** An address of version 4 inside one of version 6 (RFC 4291 §2.5.5.2) is one of version 4. */
function versionSix(text: string): Address | null {
  const mapped = /^::ffff:([\d.]+)$/i.exec(text)?.[1];
  if (mapped !== undefined) return versionFour(mapped);
  const halves = withoutDots(text).split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => GROUP.test(group))) return null;
  return {
    base: groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n),
    width: 128,
  };
}

/** The last four bytes may be written as in version 4 (RFC 4291 §2.2). */
function withoutDots(text: string): string {
  const dotted = /[\d.]+$/.exec(text)?.[0] ?? '';
  const found = dotted.includes('.') ? versionFour(dotted) : null;
  if (found === null) return text;
  const groups = `${(found.base >> 16n).toString(16)}:${(found.base & 0xffffn).toString(16)}`;
  return text.slice(0, -dotted.length) + groups;
}
