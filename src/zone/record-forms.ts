/**
 * The one list of record types that have their own form in zone files. A new type needs an entry here, and in
 * record-text.ts the contents of its data and their text form. dns2's codec, under src/wire, encodes them.
 */
import * as z from 'zod';
import type { Family } from '../platform/types.js';
import { dataOctets, nsData } from '../wire/records.js';
import { readAddressOf } from './addresses.js';
import { meaningful, whole } from './fields.js';
import { readServiceTarget } from './names.js';
import {
  type RecordData,
  readCaa,
  readCaaTag,
  readDs,
  readMx,
  readSrv,
  readTargetOf,
  readTxt,
  type WrittenType,
} from './record-text.js';
import { readServiceBinding, serviceOctets } from './service-binding.js';
import { isTextFault, type TextFault } from './text-fault.js';

interface RecordForm<T extends WrittenType> {
  readonly number: number;
  /** How it is written in a zone file. */
  readonly form: z.ZodType<RecordData>;
  readonly description: string;
  octets(data: RecordData<T>, number: number): Uint8Array;
  /** It may also be written by its number, with its data as bytes: it once had no form of its own. */
  readonly asBytes?: true;
  /** The name in its data that must have addresses of its own and be no alias, if there is one. */
  server?(data: RecordData<T>): string;
}

const u16 = (label: string) => whole(label, 0, 65_535);

function addressData(type: 'A' | 'AAAA', family: Family) {
  const read = readAddressOf(family);
  const data = meaningful((text): RecordData<'A' | 'AAAA'> | TextFault => {
    const address = read(text);
    return isTextFault(address) ? address : { type, address };
  });
  return data.meta({ format: family });
}

const mx = z.union([
  meaningful(readMx),
  z
    .strictObject({ preference: u16('preference'), exchange: meaningful(readServiceTarget) })
    .transform((mapping): RecordData<'MX'> => ({ type: 'MX', ...mapping })),
]);

const srv = z.union([
  meaningful(readSrv),
  z
    .strictObject({
      priority: u16('priority'),
      weight: u16('weight'),
      port: u16('port'),
      target: meaningful(readServiceTarget),
    })
    .transform((mapping): RecordData<'SRV'> => ({ type: 'SRV', ...mapping })),
]);

const caa = z.union([
  meaningful(readCaa),
  z
    .strictObject({
      flags: whole('flags', 0, 255).default(0),
      tag: meaningful(readCaaTag),
      value: z.string(),
    })
    .transform((mapping): RecordData<'CAA'> => ({ type: 'CAA', ...mapping })),
]);

/** MX, SRV and CAA are accepted as text or as mappings. Type numbers are IANA's. */
export const RECORD_FORMS: { readonly [T in WrittenType]: RecordForm<T> } = {
  A: {
    number: 1,
    form: addressData('A', 'ipv4'),
    description: 'IPv4 addresses.',
    octets: ({ address }) => address.bytes,
  },
  AAAA: {
    number: 28,
    form: addressData('AAAA', 'ipv6'),
    description: 'IPv6 addresses.',
    octets: ({ address }) => address.bytes,
  },
  CAA: {
    number: 257,
    form: caa,
    description: 'Who may issue certificates: 0 issue "ca.example.net".',
    octets: ({ flags, tag, value }, type) => dataOctets(type, { flags, tag, value }),
  },
  CNAME: {
    number: 5,
    form: meaningful(readTargetOf('CNAME')),
    description: 'The absolute name that this one is an alias of; nothing else may stand beside it.',
    octets: ({ target }, type) => dataOctets(type, { domain: target }),
  },
  DS: {
    number: 43,
    form: meaningful(readDs),
    description: 'Which keys sign a delegated zone: KEYTAG ALGORITHM DIGESTTYPE DIGEST; or bytes.',
    octets: ({ keyTag, algorithm, digestType, digest }) =>
      Uint8Array.of(keyTag >> 8, keyTag & 0xff, algorithm, digestType, ...digest),
  },
  HTTPS: {
    number: 65,
    form: meaningful(readServiceBinding('HTTPS')),
    description: 'How to reach a web site, PRIORITY TARGET PARAMETERS: 1 . alpn=h2,h3; or bytes.',
    octets: serviceOctets,
    asBytes: true,
  },
  MX: {
    number: 15,
    form: mx,
    description: 'Mail servers: 10 mail.example.org, the name absolute.',
    octets: ({ preference, exchange }, type) => dataOctets(type, { priority: preference, exchange }),
    // RFC 2181 §10.3.
    server: ({ exchange }) => exchange,
  },
  NS: {
    number: 2,
    form: meaningful(readTargetOf('NS')),
    description: 'The absolute names of name servers that this name, below the zone, is delegated to.',
    octets: ({ target }) => nsData(target),
  },
  PTR: {
    number: 12,
    form: meaningful(readTargetOf('PTR')),
    description: 'Absolute names.',
    octets: ({ target }, type) => dataOctets(type, { domain: target }),
  },
  SRV: {
    number: 33,
    form: srv,
    description: 'PRIORITY WEIGHT PORT TARGET, the target absolute.',
    octets: ({ priority, weight, port, target }, type) =>
      dataOctets(type, { priority, weight, port, target }),
    // RFC 2782.
    server: ({ target }) => target,
  },
  SVCB: {
    number: 64,
    form: meaningful(readServiceBinding('SVCB')),
    description: 'How to reach a service, PRIORITY TARGET PARAMETERS: 1 . alpn=dot; or bytes.',
    octets: serviceOctets,
    asBytes: true,
  },
  TXT: {
    number: 16,
    form: meaningful(readTxt),
    description:
      'Text, each item one record: cut into strings of 255 octets as needed, or strings in double quotes: "one" "two".',
    octets: ({ strings }) => Buffer.concat(strings.flatMap((string) => [Buffer.of(string.length), string])),
  },
};

/** The type with a form of its own that has this number, if there is one. */
export function writtenType(number: number): WrittenType | undefined {
  const types = Object.keys(RECORD_FORMS).filter((key): key is WrittenType => key in RECORD_FORMS);
  return types.find((type) => RECORD_FORMS[type].number === number);
}

/** The octets of a record's data, without name compression. */
export function octetsOf(data: RecordData): Uint8Array {
  return data.type === 'RAW' ? data.bytes : writtenOctets(data);
}

function writtenOctets<T extends WrittenType>(data: RecordData<T>): Uint8Array {
  const form = RECORD_FORMS[data.type];
  return form.octets(data, form.number);
}

/** The name in a record's data that must have addresses of its own, if there is one. */
export function serverOf(data: RecordData): string | undefined {
  return data.type === 'RAW' ? undefined : writtenServer(data);
}

function writtenServer<T extends WrittenType>(data: RecordData<T>): string | undefined {
  return RECORD_FORMS[data.type].server?.(data);
}
