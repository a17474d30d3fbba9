/**
 * Record data in the text form used since RFC 1035: `10 mail.example.org`, `0 issue "ca.example"`, `\# 4 0A000001`. Only
 * for types that YAML's own values don't serve better.
 */

import type { Address } from '../ip/address.js';
import { countOf } from '../platform/count-of.js';
import { MAX_STRING, readQuotedStrings } from './character-strings.js';
import { readName, readServiceTarget } from './names.js';
import type { ServiceParameter } from './service-parameters.js';
import { isTextFault, type TextFault } from './text-fault.js';

/**
 * The data of each record type. Names are absolute, without trailing dot. The strings of a TXT have at most 255 octets
 * each. The exchange of an MX and the target of an SRV may be '', the root: "no such service" (RFC 7505, RFC 2782).
 */
interface Contents {
  readonly A: { readonly address: Address };
  readonly AAAA: { readonly address: Address };
  readonly CAA: { readonly flags: number; readonly tag: string; readonly value: string };
  readonly CNAME: { readonly target: string };
  readonly DS: {
    readonly keyTag: number;
    readonly algorithm: number;
    readonly digestType: number;
    readonly digest: Uint8Array;
  };
  readonly HTTPS: ServiceBinding;
  readonly MX: { readonly preference: number; readonly exchange: string };
  readonly NS: { readonly target: string };
  readonly PTR: { readonly target: string };
  readonly SRV: {
    readonly priority: number;
    readonly weight: number;
    readonly port: number;
    readonly target: string;
  };
  readonly SVCB: ServiceBinding;
  readonly TXT: { readonly strings: readonly Uint8Array[] };
  /** Any other type, in the form of RFC 3597: the type's number and its bytes. */
  readonly RAW: { readonly bytes: Uint8Array };
}

/** RFC 9460. Priority 0: an alias. The target '' is the owner name itself or, for an alias, "no such service". */
interface ServiceBinding {
  readonly priority: number;
  readonly target: string;
  /** In ascending order of their keys, without duplicates. */
  readonly parameters: readonly ServiceParameter[];
}

/** The data of one record of one of these types. */
export type RecordData<T extends keyof Contents = keyof Contents> = {
  [K in T]: { readonly type: K } & Contents[K];
}[T];

/** The types with a form of their own. */
export type WrittenType = Exclude<keyof Contents, 'RAW'>;

/** The maximum length of a record's data: the length field has 16 bits. */
const MAX_DATA = 65_535;

/** `PREFERENCE EXCHANGE`. */
export function readMx(text: string): RecordData<'MX'> | TextFault {
  const [preference, exchange, ...more] = text.trim().split(/\s+/);
  const number = readUint(preference, 65_535);
  if (number === null || exchange === undefined || more.length > 0) {
    return {
      fault: `"${text}" is not an MX record, expected PREFERENCE EXCHANGE such as "10 mail.example.org"`,
    };
  }
  const name = readServiceTarget(exchange);
  return isTextFault(name) ? name : { type: 'MX', preference: number, exchange: name };
}

/** `PRIORITY WEIGHT PORT TARGET` (RFC 2782). */
export function readSrv(text: string): RecordData<'SRV'> | TextFault {
  const [first, second, third, target, ...more] = text.trim().split(/\s+/);
  const priority = readUint(first, 65_535);
  const weight = readUint(second, 65_535);
  const port = readUint(third, 65_535);
  if (priority === null || weight === null || port === null || target === undefined || more.length > 0) {
    const form = 'PRIORITY WEIGHT PORT TARGET such as "10 5 443 www.example.org"';
    return { fault: `"${text}" is not an SRV record, expected ${form}` };
  }
  const name = readServiceTarget(target);
  return isTextFault(name) ? name : { type: 'SRV', priority, weight, port, target: name };
}

/** `FLAGS TAG VALUE` (RFC 8659 §4.1.1), the value in double quotes or one word. */
export function readCaa(text: string): RecordData<'CAA'> | TextFault {
  const [, flags, tag, quoted, bare] =
    /^\s*(\d{1,3})\s+(\S+)\s+(?:"((?:[^"\\]|\\["\\])*)"|([^"\s]+))\s*$/.exec(text) ?? [];
  const number = readUint(flags, 255);
  const value = quoted?.replace(/\\(["\\])/g, '$1') ?? bare;
  if (number === null || tag === undefined || value === undefined) {
    return {
      fault: `"${text}" is not a CAA record, expected FLAGS TAG "VALUE" such as 0 issue "ca.example.net"`,
    };
  }
  const checked = readCaaTag(tag);
  return isTextFault(checked) ? checked : { type: 'CAA', flags: number, tag: checked, value };
}

/** The tag of a CAA record: letters and digits, in lower case. */
export function readCaaTag(text: string): string | TextFault {
  if (/^[a-z0-9]{1,15}$/i.test(text)) return text.toLowerCase();
  return {
    fault: `"${text}" is not a CAA tag, expected letters and digits such as issue, issuewild or iodef`,
  };
}

/** Digest lengths in octets, by digest type (IANA, "Digest Algorithms" of DS). */
const DIGESTS: ReadonlyMap<number, number> = new Map([
  [1, 20],
  [2, 32],
  [4, 48],
]);

/** `KEYTAG ALGORITHM DIGESTTYPE DIGEST` (RFC 4034 §5.3), white space allowed in the digest; or bytes (RFC 3597 §5). */
export function readDs(text: string): RecordData<'DS' | 'RAW'> | TextFault {
  if (/^\s*\\#/.test(text)) return readRaw(text);
  const [first, second, third, ...digits] = text.trim().split(/\s+/);
  const keyTag = readUint(first, 65_535);
  const algorithm = readUint(second, 255);
  const digestType = readUint(third, 255);
  const hex = digits.join('');
  if (keyTag === null || algorithm === null || digestType === null || !/^(?:[0-9a-f]{2})+$/i.test(hex)) {
    return {
      fault: `"${text}" is not a DS record, expected KEYTAG ALGORITHM DIGESTTYPE DIGEST, the digest in hexadecimal`,
    };
  }
  const octets = DIGESTS.get(digestType);
  if (octets !== undefined && hex.length !== octets * 2) {
    return { fault: `the digest has ${hex.length / 2} octets, those of type ${digestType} have ${octets}` };
  }
  return { type: 'DS', keyTag, algorithm, digestType, digest: Uint8Array.from(Buffer.from(hex, 'hex')) };
}

/** The target of a CNAME, NS or PTR record. */
export function readTargetOf(
  type: 'CNAME' | 'NS' | 'PTR',
): (text: string) => RecordData<'CNAME' | 'NS' | 'PTR'> | TextFault {
  return (text) => {
    const target = readName(text);
    return isTextFault(target) ? target : { type, target };
  };
}

/** Strings in double quotes, as they are; or any other text, cut into as many strings as needed. */
export function readTxt(text: string): RecordData<'TXT'> | TextFault {
  const strings = text.trimStart().startsWith('"') ? readQuotedStrings(text) : cutText(text);
  if (isTextFault(strings)) return strings;
  if (strings.reduce((sum, { length }) => sum + 1 + length, 0) > MAX_DATA) {
    return { fault: `the text is longer than the ${MAX_DATA} octets that a record can hold` };
  }
  return { type: 'TXT', strings };
}

/** Cuts text of any length into strings of at most 255 octets, between characters. Readers join them (RFC 7208 §3.3). */
function cutText(text: string): readonly Uint8Array[] {
  const strings: Uint8Array[] = [];
  let string = '';
  let octets = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (octets + size > MAX_STRING) {
      strings.push(Buffer.from(string));
      string = '';
      octets = 0;
    }
    string += character;
    octets += size;
  }
  return [...strings, Buffer.from(string)];
}

/** `\# LENGTH HEX` (RFC 3597 §5), white space allowed in HEX. */
export function readRaw(text: string): RecordData<'RAW'> | TextFault {
  const [, count, digits = ''] = /^\s*\\#\s+(\d{1,5})((?:\s+[0-9a-f\s]*)?)$/i.exec(text) ?? [];
  const hex = digits.replace(/\s+/g, '');
  const length = readUint(count, MAX_DATA);
  if (length === null || hex.length % 2 !== 0) {
    return {
      fault: `"${text}" is not data as RFC 3597 has it, expected \\# LENGTH HEX such as '\\# 4 0A000001'`,
    };
  }
  if (hex.length / 2 !== length) {
    return {
      fault: `the data has ${countOf(hex.length / 2, 'octet')} but says ${length}: write \\# ${hex.length / 2}`,
    };
  }
  return { type: 'RAW', bytes: Uint8Array.from(Buffer.from(hex, 'hex')) };
}

/** A decimal number from 0 to `max`, or null. */
export function readUint(text: string | undefined, max: number): number | null {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return null;
  const value = Number(text);
  return value <= max ? value : null;
}
