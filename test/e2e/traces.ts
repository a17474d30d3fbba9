/**
 * What clients of the end-to-end tests sent and must never be written down, and the search for it. Every client notes the
 * subnets that it asks for and the address that it asks from, and the log of every server is searched for them when its
 * test ends; test/e2e/privacy.test.ts searches everything else too.
 */
import { parseAddress } from '../../src/ip/address.js';

/** The addresses, as texts, that clients of this process sent or had. */
const noted = new Set<string>();
/** The test's own addresses, which servers listen on. */
const COMMON = /^(127\.0\.0\.\d+|::1?|0\.0\.0\.0)$/;

/** Notes the address of a client, or of a subnet with its length behind it. */
export function noteTrace(text: string): void {
  const [address = ''] = text.split('/', 1);
  if (address !== '' && !COMMON.test(address)) noted.add(address);
}

/** Those of the noted ones that are in a log; `known` are texts that the operator wrote, such as zones. */
export function tracesIn(log: string, known: readonly string[]): string[] {
  return [...noted].filter(
    (address) => log.includes(address) && !known.some((text) => text.includes(address)),
  );
}

/** The ways in which somebody might have written an address or a subnet down, as text and as octets (Latin 1). */
export function spellings(text: string): string[] {
  const [written = ''] = text.split('/', 1);
  const bytes = [...(parseAddress(written)?.bytes ?? [])];
  // Of an IPv6 prefix and an IPv4 network what is there without the zeros behind it.
  while (bytes.at(-1) === 0) bytes.pop();
  const packed = Buffer.from(bytes);
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  const groups = hex.flatMap((digits, i) => (i % 2 === 0 ? [`${digits}${hex[i + 1] ?? '00'}`] : []));
  return [
    ...['', ':', ' ', ',', '.', '\\x'].map((between) => hex.join(between)),
    ...[':', ' '].map((between) => groups.join(between)),
    ...['.', ',', ', ', ' '].map((between) => bytes.join(between)),
    [...bytes].reverse().join('.'),
    [...hex].reverse().join(''),
    written.replace(/(::|\.0)$/, ''),
    packed.toString('latin1'),
    Buffer.from(packed).reverse().toString('latin1'),
    packed
      .toString('base64')
      .replace(/=+$/, '')
      .slice(0, Math.floor((packed.length * 8) / 6)),
    ...(bytes.length === 4
      ? [packed.readUInt32BE(0), packed.readInt32BE(0), packed.readUInt32LE(0)].map(String)
      : []),
  ].filter((spelling) => spelling.length >= 3);
}
