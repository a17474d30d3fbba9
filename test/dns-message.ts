/**
 * DNS messages for tests: queries written octet by octet, so that they may be as malformed as a test wants, and replies
 * taken apart by dns-packet, which shares no line with the program. Records of replies come as lines such as
 * `dl.example.org 60 IN A 192.0.2.1`, which compare and print well.
 */
import { type Answer, type DecodedPacket, decode } from 'dns-packet';
import { parseAddress } from '../src/ip/address.js';

export const TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  CDS: 59,
  CDNSKEY: 60,
  HTTPS: 65,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  CAA: 257,
} as const;

export type TypeName = keyof typeof TYPES;

export interface Asked {
  /** A text, or the octets of a name. */
  readonly name: string | Uint8Array;
  /** Default A. */
  readonly type?: TypeName | number;
  /** Default 1, IN. */
  readonly class?: number;
  /** Default 0x1234. */
  readonly id?: number;
  /** The header's second word; default 0: a query without RD. */
  readonly flags?: number;
  /** Adds an OPT record. */
  readonly edns?: Edns;
  /** Whole records; those of `additional` follow the OPT record. */
  readonly answer?: readonly Uint8Array[];
  readonly authority?: readonly Uint8Array[];
  readonly additional?: readonly Uint8Array[];
}

export interface Edns {
  /** Default 1232. */
  readonly size?: number;
  /** Default 0. */
  readonly version?: number;
  readonly dnssecOk?: boolean;
  /** Further bits of the flags' word. */
  readonly flags?: number;
  /** The upper octet of the rcode; default 0. */
  readonly extendedRcode?: number;
  /** Whole options, or octets that are none. */
  readonly options?: readonly Uint8Array[];
  /** The owner's octets; default the root. */
  readonly owner?: Uint8Array;
}

/** A query's octets. */
export function query(asked: Asked): Uint8Array {
  const { name, type = 'A', answer = [], authority = [], additional = [] } = asked;
  const extra = [...(asked.edns === undefined ? [] : [opt(asked.edns)]), ...additional];
  return octets(
    word(asked.id ?? 0x1234),
    word(asked.flags ?? 0),
    word(1),
    word(answer.length),
    word(authority.length),
    word(extra.length),
    typeof name === 'string' ? wireName(name) : name,
    word(typeof type === 'number' ? type : TYPES[type]),
    word(asked.class ?? 1),
    ...answer,
    ...authority,
    ...extra,
  );
}

/** An OPT record (RFC 6891 §6.1.2). */
export function opt(edns: Edns = {}): Uint8Array {
  const { size = 1232, version = 0, dnssecOk = false, flags = 0, extendedRcode = 0, options = [] } = edns;
  const data = octets(...options);
  return octets(
    edns.owner ?? Uint8Array.of(0),
    word(TYPES.OPT),
    word(size),
    Uint8Array.of(extendedRcode, version),
    word((dnssecOk ? 0x8000 : 0) | flags),
    word(data.length),
    data,
  );
}

/** An EDNS option. */
export function option(code: number, data: Uint8Array): Uint8Array {
  return octets(word(code), word(data.length), data);
}

/** The client subnet option for `ADDRESS/LENGTH` as RFC 7871 §6 has it, with as few octets as it needs. */
export function subnet(text: string, scope = 0): Uint8Array {
  const [ip = '', length = ''] = text.split('/');
  const address = parseAddress(ip);
  if (address === null || !/^\d+$/.test(length)) throw new Error(`${text} is no subnet`);
  const source = Number(length);
  return rawSubnet(
    address.family === 'ipv4' ? 1 : 2,
    source,
    scope,
    address.bytes.subarray(0, Math.ceil(source / 8)),
  );
}

/** A client subnet option with whatever it should say. */
export function rawSubnet(
  family: number,
  source: number,
  scope: number,
  address: Uint8Array | readonly number[],
): Uint8Array {
  return option(8, octets(word(family), Uint8Array.of(source, scope), Uint8Array.from(address)));
}

/** Any record but OPT. */
export function record(owner: string | Uint8Array, type: number, ttl: number, data: Uint8Array): Uint8Array {
  const name = typeof owner === 'string' ? wireName(owner) : owner;
  return octets(name, word(type), word(1), word(ttl >>> 16), word(ttl & 0xffff), word(data.length), data);
}

/** The wire form of a name without trailing dot; '' is the root. Nothing is checked. */
export function wireName(name: string): Uint8Array {
  const labels = name === '' ? [] : name.split('.');
  return octets(
    ...labels.map((label) => octets(Uint8Array.of(label.length), Buffer.from(label, 'latin1'))),
    Uint8Array.of(0),
  );
}

/** Two octets. */
export function word(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 255, value & 255);
}

/** Octets one behind the other. */
export function octets(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** The message with another 16-bit word at `offset`; the header's counts are at 4, 6, 8 and 10. */
export function withWord(message: Uint8Array, offset: number, value: number): Uint8Array {
  const changed = message.slice();
  changed.set(word(value), offset);
  return changed;
}

export interface Reply {
  readonly id: number;
  readonly qr: boolean;
  readonly opcode: number;
  readonly aa: boolean;
  readonly tc: boolean;
  readonly rd: boolean;
  readonly ra: boolean;
  readonly ad: boolean;
  readonly cd: boolean;
  /** With the OPT record's upper bits. */
  readonly rcode: number;
  /** Of the question, as `NAME CLASS TYPE`, the two as numbers; absent where there is none. */
  readonly question?: string;
  /** Records as lines, OPT aside. */
  readonly answers: readonly string[];
  readonly authorities: readonly string[];
  readonly additionals: readonly string[];
  readonly edns?: ReplyEdns;
  /** The octets that the reply has. */
  readonly length: number;
}

export interface ReplyEdns {
  readonly size: number;
  readonly version: number;
  readonly flags: number;
  /** Each as its code and its data in hex. */
  readonly options: readonly string[];
  /** `ADDRESS/SOURCE/SCOPE` of a client subnet. */
  readonly subnet?: string;
}

/** Takes a reply apart; throws an Error where it is not one whole message. */
export function readReply(message: Uint8Array): Reply {
  const buffer = Buffer.from(message);
  const packet = decode(buffer);
  if (decode.bytes !== buffer.length) throw new Error(`${buffer.length - decode.bytes} octets are left over`);
  const flags = buffer.readUInt16BE(2);
  const { edns, extendedRcode } = readEdns(packet);
  const [question] = packet.questions ?? [];
  const questionEnd = 12 + nameOctets(buffer, 12);
  return {
    id: buffer.readUInt16BE(0),
    qr: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    aa: (flags & 0x0400) !== 0,
    tc: (flags & 0x0200) !== 0,
    rd: (flags & 0x0100) !== 0,
    ra: (flags & 0x0080) !== 0,
    ad: (flags & 0x0020) !== 0,
    cd: (flags & 0x0010) !== 0,
    rcode: (flags & 15) | (extendedRcode << 4),
    ...(question !== undefined && {
      question: `${question.name} ${buffer.readUInt16BE(questionEnd + 2)} ${buffer.readUInt16BE(questionEnd)}`,
    }),
    answers: lines(packet.answers),
    authorities: lines(packet.authorities),
    additionals: lines(packet.additionals),
    ...(edns !== undefined && { edns }),
    length: buffer.length,
  };
}

/** The addresses of a reply's answers, in their order. */
export function addressesOf({ answers }: Pick<Reply, 'answers'>): string[] {
  return answers.flatMap((line) => (/ IN (?:A|AAAA) (\S+)$/.exec(line) ?? []).slice(1));
}

function readEdns({ additionals = [] }: DecodedPacket): { edns?: ReplyEdns; extendedRcode: number } {
  const found = additionals.filter((answer) => answer.type === 'OPT');
  if (found.length > 1) throw new Error(`${found.length} OPT records`);
  const [record] = found;
  if (record === undefined) return { extendedRcode: 0 };
  if (record.name !== '.') throw new Error(`the OPT record's name is ${record.name}`);
  const options = record.options.map(({ code, data = Buffer.alloc(0) }) => ({ code: Number(code), data }));
  const ecs = options.find(({ code }) => code === 8)?.data;
  return {
    extendedRcode: record.extendedRcode,
    edns: {
      size: record.udpPayloadSize,
      version: record.ednsVersion,
      flags: record.flags,
      options: options.map(({ code, data }) => `${code}:${data.toString('hex')}`),
      ...(ecs !== undefined && { subnet: subnetText(ecs) }),
    },
  };
}

function subnetText(data: Buffer): string {
  const family = data.readUInt16BE(0);
  const bytes = Buffer.alloc(family === 2 ? 16 : 4);
  data.copy(bytes, 0, 4);
  const hex = bytes.toString('hex').replace(/.{4}(?=.)/g, '$&:');
  const text =
    family === 1 ? bytes.join('.') : family === 2 ? (parseAddress(hex)?.text ?? '?') : `(${family})`;
  return `${text}/${data[2]}/${data[3]}`;
}

function lines(answers: readonly Answer[] = []): string[] {
  return answers.flatMap((answer) => (answer.type === 'OPT' ? [] : [line(answer)]));
}

function line(answer: Exclude<Answer, { type: 'OPT' }>): string {
  const type = answer.type.replace(/^UNKNOWN_/, 'TYPE');
  return `${answer.name} ${answer.ttl} ${answer.class} ${type} ${dataText(answer)}`;
}

function dataText(answer: Exclude<Answer, { type: 'OPT' }>): string {
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      return parseAddress(answer.data)?.text ?? answer.data;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return answer.data;
    case 'MX':
      return `${answer.data.preference} ${answer.data.exchange}`;
    case 'SRV': {
      const { priority, weight, port, target } = answer.data;
      return `${priority} ${weight} ${port} ${target}`;
    }
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = answer.data;
      return `${mname} ${rname} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    case 'DS': {
      const { keyTag, algorithm, digestType, digest } = answer.data;
      return `${keyTag} ${algorithm} ${digestType} ${Buffer.from(digest).toString('hex')}`;
    }
    case 'CAA':
      return `${answer.data.flags} ${answer.data.tag} "${answer.data.value}"`;
    case 'HINFO':
      return `"${answer.data.cpu}" "${answer.data.os}"`;
    case 'TXT':
      return [answer.data]
        .flat()
        .map((string) => `"${string.toString()}"`)
        .join(' ');
    default:
      return answer.data instanceof Uint8Array
        ? Buffer.from(answer.data).toString('hex')
        : JSON.stringify(answer.data);
  }
}

/** Octets of an uncompressed name. */
function nameOctets(buffer: Buffer, start: number): number {
  let at = start;
  while (at < buffer.length && buffer[at] !== 0) at += 1 + (buffer[at] ?? 0);
  return at + 1 - start;
}
