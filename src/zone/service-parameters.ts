/**
 * The parameters of SVCB and HTTPS records: their names, numbers, and conversion from text to octets (RFC 9460 §7, §8, §9;
 * RFC 9461 §5; RFC 9540 §4). Parameters without a name are written like key667 and may have any octets.
 */
import type { Family } from '../platform/types.js';
import { readServerAddress } from './addresses.js';
import { readEscaped } from './character-strings.js';
import { hintAt } from './suggest.js';
import { isTextFault, type TextFault } from './text-fault.js';

/** A parameter, with its value in wire format. */
export interface ServiceParameter {
  readonly key: number;
  readonly value: Uint8Array;
}

/** Parameters that other files refer to (IANA, "Service Parameter Keys (SvcParamKeys)"). */
export const SERVICE_KEY = { MANDATORY: 0, ALPN: 1, NO_DEFAULT_ALPN: 2, IPV4HINT: 4, IPV6HINT: 6 } as const;

interface ParameterForm {
  readonly key: number;
  /** An example of its value. Absent: the parameter has no value. */
  readonly example?: string;
  read(text: string): Uint8Array | TextFault;
}

const FORMS: Readonly<Record<string, ParameterForm>> = {
  mandatory: { key: SERVICE_KEY.MANDATORY, example: 'alpn,port', read: readMandatory },
  alpn: { key: SERVICE_KEY.ALPN, example: 'h2,h3', read: readAlpn },
  'no-default-alpn': { key: SERVICE_KEY.NO_DEFAULT_ALPN, read: readNothing },
  port: { key: 3, example: '8443', read: readPort },
  ipv4hint: { key: SERVICE_KEY.IPV4HINT, example: '192.0.2.1', read: readHints('ipv4') },
  ech: { key: 5, example: 'AEj+DQBE...', read: readBase64 },
  ipv6hint: { key: SERVICE_KEY.IPV6HINT, example: '2001:db8::1', read: readHints('ipv6') },
  dohpath: { key: 7, example: '/dns-query{?dns}', read: readEscaped },
  ohttp: { key: 8, read: readNothing },
};

/** RFC 9460 §14.3.2: the last number, 65535, is reserved and never used as a key. */
const MAX_KEY = 65_534;

/** RFC 9460 §2.2: the length of a value takes two octets. */
const MAX_VALUE = 65_535;

/**
 * Reads one parameter: its name, and the text of its value without the quotes. The text is undefined if there is no "=".
 */
export function readParameter(name: string, text: string | undefined): ServiceParameter | TextFault {
  const key = readKey(name);
  if (isTextFault(key)) return key;
  const form = FORMS[name];
  if (form === undefined) return placed(key, readEscaped(text ?? ''));
  if (form.example === undefined) {
    return text === undefined || text === ''
      ? placed(key, readNothing())
      : { fault: `"${name}" has no value` };
  }
  if (text === undefined || text === '') return { fault: `"${name}" needs a value: ${name}=${form.example}` };
  return placed(key, form.read(text));
}

function placed(key: number, value: Uint8Array | TextFault): ServiceParameter | TextFault {
  if (isTextFault(value)) return value;
  if (value.length <= MAX_VALUE) return { key, value };
  return { fault: `${nameOfKey(key)} has ${value.length} octets, the most is ${MAX_VALUE}` };
}

/** The name of a parameter by its number. */
export function nameOfKey(key: number): string {
  return Object.entries(FORMS).find(([, form]) => form.key === key)?.[0] ?? `key${key}`;
}

function readKey(name: string): number | TextFault {
  const known = FORMS[name]?.key;
  if (known !== undefined) return known;
  // RFC 9460 §2.1: "the numeric value of the key type without leading zeros".
  const number = Number(/^key(0|[1-9]\d{0,4})$/.exec(name)?.[1] ?? Number.NaN);
  if (!(number <= MAX_KEY))
    return { fault: `"${name}" is not a parameter${hintAt(name, Object.keys(FORMS))}` };
  const called = nameOfKey(number);
  return called === name ? number : { fault: `${name} has a name: write ${called}` };
}

/** RFC 9460 §8: keys in ascending order, without duplicates, and without `mandatory` itself. */
function readMandatory(text: string): Uint8Array | TextFault {
  const keys: number[] = [];
  for (const name of text.split(',')) {
    const key = readKey(name);
    if (isTextFault(key)) return { fault: `mandatory: ${key.fault}` };
    if (key === SERVICE_KEY.MANDATORY)
      return { fault: 'mandatory is always so: leave it out of its own list' };
    if (keys.includes(key)) return { fault: `mandatory: "${name}" is listed twice` };
    keys.push(key);
  }
  return Uint8Array.from(keys.sort((a, b) => a - b).flatMap(uint16));
}

/** RFC 9460 §7.1.1, appendix A.1: names of 1 to 255 octets, a comma in one of them written as `\\,`. */
function readAlpn(text: string): Uint8Array | TextFault {
  const list = readEscaped(text);
  if (isTextFault(list)) return list;
  // One character per octet: the escapes of a list apply to octets.
  const latin = Buffer.from(list).toString('latin1');
  if (!/^(?:[^\\]|\\[\\,])*$/s.test(latin)) {
    return {
      fault: `alpn: "${text}" has an escape that lists do not know: write four backslashes for one`,
    };
  }
  const names = latin.match(/(?<=^|,)(?:[^\\,]|\\.)*(?=,|$)/gs) ?? [];
  const octets = names.map((name) => Buffer.from(name.replace(/\\(.)/gs, '$1'), 'latin1'));
  if (octets.some(({ length }) => length === 0 || length > 255)) {
    return {
      fault: `alpn: "${text}" has a protocol of no octets or more than 255, expected some such as h2,h3`,
    };
  }
  return Buffer.concat(octets.flatMap((name) => [Buffer.of(name.length), name]));
}

function readNothing(): Uint8Array {
  return new Uint8Array();
}

function readPort(text: string): Uint8Array | TextFault {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Uint8Array.from(uint16(Number(text)));
  return { fault: `port: "${text}" is not a port, expected 0 to 65535` };
}

/** RFC 9460 §7.3. */
function readHints(family: Family): (text: string) => Uint8Array | TextFault {
  return (text) => {
    const octets: Uint8Array[] = [];
    for (const item of text.split(',')) {
      const address = readServerAddress(item);
      if (isTextFault(address)) return { fault: `${family}hint: ${address.fault}` };
      if (address.family !== family) return { fault: `${address.text} belongs into ${address.family}hint` };
      octets.push(address.bytes);
    }
    return Buffer.concat(octets);
  };
}

function readBase64(text: string): Uint8Array | TextFault {
  const octets = Buffer.from(text, 'base64');
  if (octets.toString('base64') === text) return octets;
  return { fault: `ech: "${text}" is not Base64, which has "=" at the end where its length needs it` };
}

function uint16(number: number): number[] {
  return [number >> 8, number & 0xff];
}
