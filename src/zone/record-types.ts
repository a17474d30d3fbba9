/**
 * Which record types `records` accepts, and how. Common types have forms of their own. Others are written as bytes (RFC
 * 3597), by number or by a name known here. A few belong elsewhere or nowhere, and the refusal says where.
 */
import { RECORD_FORMS, writtenType } from './record-forms.js';
import { closest } from './suggest.js';
import type { TextFault } from './text-fault.js';

/** Types that are written as bytes but may be given by name (IANA, "Resource Record (RR) TYPEs"). */
export const RAW_TYPES = {
  AFSDB: 18,
  APL: 42,
  CERT: 37,
  DHCID: 49,
  EUI48: 108,
  EUI64: 109,
  HINFO: 13,
  HIP: 55,
  IPSECKEY: 45,
  KX: 36,
  LOC: 29,
  NAPTR: 35,
  OPENPGPKEY: 61,
  RP: 17,
  SMIMEA: 53,
  SSHFP: 44,
  TLSA: 52,
  URI: 256,
} as const;

const SIGNING = 'signing makes them, where the file says "dnssec:"';

/** Types that are not allowed under `records`. */
const REFUSED: Readonly<Record<string, { readonly number: number; readonly why: string }>> = {
  SOA: { number: 6, why: 'it goes into "soa:" at the top of the file' },
  DNAME: { number: 39, why: 'it is not supported' },
  SPF: { number: 99, why: 'it is obsolete (RFC 7208 §3.1): write TXT' },
  RRSIG: { number: 46, why: SIGNING },
  NSEC: { number: 47, why: SIGNING },
  DNSKEY: { number: 48, why: SIGNING },
  NSEC3: { number: 50, why: SIGNING },
  NSEC3PARAM: { number: 51, why: SIGNING },
  CDS: { number: 59, why: SIGNING },
  CDNSKEY: { number: 60, why: SIGNING },
  OPT: { number: 41, why: 'it is not data' },
  ANY: { number: 255, why: 'it is not data' },
};

/** The pattern of a type given by its number. */
export const TYPE_PATTERN = '^TYPE[0-9]{1,5}$';

/** The number of a type that is written as bytes, or why the key is not such a type. */
export function rawTypeNumber(key: string): number | TextFault {
  const refused = Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
  if (refused !== undefined) return { fault: `${key} records are refused: ${refused.why}` };
  const named = Object.entries(RAW_TYPES).find(([name]) => name === key)?.[1];
  if (named !== undefined) return named;
  if (new RegExp(TYPE_PATTERN).test(key)) return checkNumber(key, Number(key.slice(4)));
  const known = [...Object.keys(RECORD_FORMS), ...Object.keys(RAW_TYPES), ...Object.keys(REFUSED), 'ttl'];
  const close = known.find((name) => name === key.toUpperCase()) ?? closest(key, known);
  const hint =
    close === undefined
      ? ', expected one such as A or TXT, or TYPE65 and bytes'
      : `; did you mean "${close}"?`;
  return { fault: `unknown record type "${key}"${hint}` };
}

function checkNumber(key: string, number: number): number | TextFault {
  const written = writtenType(number);
  if (written !== undefined && RECORD_FORMS[written].asBytes === undefined)
    return { fault: `${key} has a form of its own: write ${written}` };
  const refused = Object.entries(REFUSED).find(([, value]) => value.number === number);
  if (refused !== undefined)
    return { fault: `${key} (${refused[0]}) records are refused: ${refused[1].why}` };
  // RFC 6895 §3.1: 0 is reserved; 128 to 255 are query types and types about the message itself.
  if (number === 0 || (number >= 128 && number <= 255) || number > 65535) {
    return { fault: `${key} is not a type of data, expected TYPE1 to TYPE65535 without TYPE128 to TYPE255` };
  }
  return number;
}
