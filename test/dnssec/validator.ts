/**
 * A validating resolver's view of one answer, written from RFC 4035 §5 and RFC 4592 without a line of what signs: each RRset
 * has a signature that holds, and whatever is denied is proved not to be there. Only plain node:crypto is shared.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readMessage, readName, type WireRecord } from './wire-message.js';

const NS = 2;
const CNAME = 5;
const SOA = 6;
const DS = 43;
const RRSIG = 46;
const NSEC = 47;
const ANY = 255;

/** A zone whose keys are trusted: the data of its DNSKEY records. */
export interface Trusted {
  readonly zone: string;
  readonly keys: readonly Uint8Array[];
}

export interface Question {
  readonly name: string;
  readonly type: number;
}

/** What an answer comes to: data, or what was proved. */
export type Verdict = 'data' | 'nodata' | 'nxdomain' | 'referral' | 'refused';

interface Rrset {
  readonly section: WireRecord['section'];
  readonly owner: string;
  readonly type: number;
  readonly ttl: number;
  readonly data: readonly Buffer[];
  readonly signatures: readonly WireRecord[];
}

interface Nsec {
  readonly owner: string;
  readonly next: string;
  readonly types: ReadonlySet<number>;
}

const good = new Set<string>();

/** Throws an Error that says what is wrong with the answer to a question, at `now` in milliseconds since 1970. */
export function validate(
  octets: Uint8Array,
  asked: Question,
  trusted: readonly Trusted[],
  now: number,
): Verdict {
  const message = readMessage(octets);
  if (message.tc) throw new Error('it is truncated');
  if ((message.flags & 0x30) !== 0) throw new Error('AD or CD is set');
  if (message.rcode !== 0 && message.rcode !== 3) return 'refused';
  const rrsets = group(message.records);
  const referral = rrsets.find((set) => set.section === 'authority' && set.type === NS);
  const expanded: string[] = [];
  const denials: Nsec[] = [];
  for (const set of rrsets) {
    if (set.type === RRSIG) continue;
    const isGlue = set.section === 'additional' && referral !== undefined;
    if (set === referral || (isGlue && set.signatures.length === 0)) continue;
    const wildcard = checkSet(set, trusted, now);
    if (wildcard !== undefined && set.section !== 'answer') throw new Error('a wildcard is no proof');
    if (wildcard !== undefined) expanded.push(set.owner);
    if (set.section === 'authority' && set.type === NSEC)
      denials.push(...set.data.map((data) => nsecOf(set.owner, data)));
  }
  // RFC 4035 §5.3.4: an expanded name must not exist itself.
  for (const name of expanded)
    if (!denials.some((nsec) => covers(nsec, name))) throw new Error(`${name} might exist`);
  const answers = rrsets.filter(({ section }) => section === 'answer');
  let { name } = asked;
  for (let i = 0; i < 20 && asked.type !== CNAME && asked.type !== ANY; i++) {
    const alias = answers.find((set) => set.owner === name && set.type === CNAME);
    if (alias === undefined) break;
    name = readName(alias.data[0] ?? Buffer.alloc(1), 0).name;
  }
  for (const set of answers)
    if (![CNAME, RRSIG].includes(set.type) && set.owner !== name)
      throw new Error(`${set.owner} was not asked for`);
  if (referral !== undefined) return checkReferral(referral, rrsets, denials, asked.name);
  if (answers.some((set) => set.owner === name && (set.type === asked.type || asked.type === ANY))) {
    if (message.rcode === 3) throw new Error('data and NXDOMAIN');
    return 'data';
  }
  const soa = rrsets.find((set) => set.section === 'authority' && set.type === SOA);
  // An alias that leads out of the zone, or to where one has to ask again, stands alone.
  if (soa === undefined && answers.length > 0) return 'data';
  if (soa === undefined) throw new Error('there is no SOA');
  if (message.rcode === 3) {
    checkAbsence(name, denials);
    return 'nxdomain';
  }
  checkNodata(name, asked.type, denials);
  return 'nodata';
}

function group(records: readonly WireRecord[]): readonly Rrset[] {
  const seen = new Set<string>();
  for (const { section, owner, type, data } of records) {
    const id = `${section} ${owner} ${type} ${data.toString('hex')}`;
    // A `*` that is an alias of a name that it answers for comes again and again, signed or not.
    if (seen.has(id) && type !== CNAME && !(type === RRSIG && data.readUInt16BE(0) === CNAME))
      throw new Error(`it is there twice: ${id}`);
    seen.add(id);
  }
  const keyOf = ({ section, owner, type }: WireRecord): string => `${section} ${owner} ${type}`;
  const sets = new Map<string, WireRecord[]>();
  for (const record of records) sets.set(keyOf(record), [...(sets.get(keyOf(record)) ?? []), record]);
  return [...sets.values()].flatMap((set): Rrset[] => {
    const [first] = set;
    if (first === undefined) return [];
    const { section, owner, type, ttl } = first;
    if (type !== RRSIG && set.some((each) => each.ttl !== ttl))
      throw new Error(`TTLs of ${owner} ${type} differ`);
    const signatures = records.filter(
      (each) =>
        each.type === RRSIG &&
        each.section === section &&
        each.owner === owner &&
        each.data.readUInt16BE(0) === type,
    );
    return [{ section, owner, type, ttl, data: set.map(({ data }) => data), signatures }];
  });
}

/** Checks the signatures of a set; gives the wildcard that it was made from, if it was. */
function checkSet(set: Rrset, trusted: readonly Trusted[], now: number): string | undefined {
  const { owner, type, ttl, signatures } = set;
  const what = `${set.section} ${owner} ${type}`;
  if (signatures.length === 0) throw new Error(`${what} is not signed`);
  let wildcard: string | undefined;
  for (const { data, ttl: signatureTtl } of signatures) {
    if (signatureTtl !== ttl) throw new Error(`${what}: its RRSIG has another TTL`);
    if (ttl > data.readUInt32BE(4)) throw new Error(`${what}: the TTL is above the original one`);
    const [expiration, inception] = [data.readUInt32BE(8), data.readUInt32BE(12)];
    if (now / 1000 < inception || now / 1000 > expiration) throw new Error(`${what}: not valid now`);
    const { name: signer, end } = readName(data, 18);
    if (owner !== signer && !owner.endsWith(`.${signer}`)) throw new Error(`${what}: signed from elsewhere`);
    if (type === DS && owner === signer) throw new Error(`${what}: DS is signed by the zone above`);
    const key = trusted
      .find(({ zone }) => zone === signer)
      ?.keys.find((each) => tagOf(each) === data.readUInt16BE(16) && each[3] === data[2]);
    if (key === undefined) throw new Error(`${what}: signed by nobody known`);
    const labels = owner.split('.');
    const signedLabels = data.readUInt8(3);
    const plain = labels[0] === '*' ? labels.length - 1 : labels.length;
    if (signedLabels > plain) throw new Error(`${what}: too many labels`);
    const name = signedLabels < plain ? `*.${labels.slice(-signedLabels).join('.')}` : owner;
    if (name !== owner) wildcard = name;
    check(what, name, set, data, end, key);
  }
  return wildcard;
}

function check(
  what: string,
  owner: string,
  { type, data: records }: Rrset,
  rrsig: Buffer,
  end: number,
  key: Uint8Array,
): void {
  const lower = records.map((data) => lowered(type, data)).sort(Buffer.compare);
  const sorted = lower.filter((data, i) => i === 0 || !data.equals(lower[i - 1] ?? data));
  const signed = Buffer.concat([
    rrsig.subarray(0, 18),
    wire(readName(rrsig, 18).name),
    ...sorted.map((data) => {
      const head = Buffer.alloc(10);
      head.writeUInt16BE(type, 0);
      head.writeUInt16BE(1, 2);
      rrsig.copy(head, 4, 4, 8);
      head.writeUInt16BE(data.length, 8);
      return Buffer.concat([wire(owner), head, data]);
    }),
  ]);
  const id = `${signed.toString('base64')} ${rrsig.toString('base64')}`;
  if (good.has(id)) return;
  const signature = rrsig.subarray(end);
  const publicKey = keyOf(key);
  const holds =
    key[3] === 13
      ? verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
      : verify(null, signed, publicKey, signature);
  if (!holds) throw new Error(`${what}: the signature is not good`);
  good.add(id);
}

function keyOf(dnskey: Uint8Array): KeyObject {
  const bytes = Buffer.from(dnskey.subarray(4));
  const half = (from: number): string => bytes.subarray(from, from + 32).toString('base64url');
  return createPublicKey({
    format: 'jwk',
    key:
      dnskey[3] === 13
        ? { kty: 'EC', crv: 'P-256', x: half(0), y: half(32) }
        : { kty: 'OKP', crv: 'Ed25519', x: half(0) },
  });
}

/** RFC 4034 appendix B. */
function tagOf(dnskey: Uint8Array): number {
  let sum = 0;
  for (const [i, octet] of dnskey.entries()) sum += i % 2 === 0 ? octet * 256 : octet;
  return (sum + Math.floor(sum / 65_536)) % 65_536;
}

/** RFC 4034 §6.2, for the types that zones of tests have: their names are all that has letters, but for SOA's numbers. */
function lowered(type: number, data: Buffer): Buffer {
  if (![2, 5, 6, 12, 15, 33].includes(type)) return data;
  const end = type === SOA ? data.length - 20 : data.length;
  return Buffer.from(data.map((octet, i) => (i < end && octet >= 65 && octet <= 90 ? octet + 32 : octet)));
}

function wire(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1')),
    Buffer.of(0),
  ]);
}

/** An NSEC record taken apart (RFC 4034 §4.1). */
export function nsecOf(owner: string, data: Buffer): Nsec {
  const { name: next, end } = readName(data, 0);
  const types = new Set<number>();
  for (let at = end; at < data.length; at += 2 + data.readUInt8(at + 1)) {
    const [window, length] = [data.readUInt8(at), data.readUInt8(at + 1)];
    if (length === 0 || length > 32 || data[at + 1 + length] === 0) throw new Error('a bitmap is too long');
    for (let bit = 0; bit < length * 8; bit++)
      if (((data[at + 2 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) types.add(window * 256 + bit);
  }
  return { owner, next, types };
}

/** RFC 4034 §6.1, for labels without escapes: octets that sort before any other stand for a name's end. */
export function sortKey(name: string): string {
  return name.split('.').reverse().join('\u0000');
}

function covers({ owner, next, types }: Nsec, name: string): boolean {
  const [from, to, key] = [owner, next, name].map(sortKey);
  if (from === undefined || to === undefined || key === undefined) return false;
  // RFC 6840 §4.1: the NSEC of a delegation says nothing of what is below it.
  if (types.has(NS) && !types.has(SOA) && name.endsWith(`.${owner}`)) return false;
  return from < to ? from < key && key < to : from < key;
}

function checkAbsence(name: string, denials: readonly Nsec[]): void {
  const covering = denials.find((nsec) => covers(nsec, name));
  if (covering === undefined) throw new Error(`nothing proves that ${name} does not exist`);
  if (covering.next.endsWith(`.${name}`)) throw new Error(`${name} is empty, and exists`);
  const wildcard = `*.${enclosing(name, covering)}`;
  if (!denials.some((nsec) => covers(nsec, wildcard))) throw new Error(`${wildcard} might exist`);
}

/** The closest encloser, as the NSEC that covers a name shows it. */
function enclosing(name: string, { owner, next }: Nsec): string {
  const labels = name.split('.');
  for (let i = 1; i < labels.length; i++) {
    const encloser = labels.slice(i).join('.');
    if ([owner, next].some((end) => end === encloser || end.endsWith(`.${encloser}`))) return encloser;
  }
  return '';
}

function checkNodata(name: string, type: number, denials: readonly Nsec[]): void {
  const lacks = ({ types }: Nsec): boolean => {
    if (types.has(type) || types.has(CNAME)) return false;
    // RFC 6840 §4.4: of a delegation this side says nothing but whether there is a DS.
    return type === DS || !types.has(NS) || types.has(SOA);
  };
  const own = denials.find((nsec) => nsec.owner === name);
  if (own !== undefined) {
    if (lacks(own)) return;
    throw new Error(`${name} has the type ${type}, by its NSEC`);
  }
  const covering = denials.find((nsec) => covers(nsec, name));
  if (covering === undefined) throw new Error(`nothing proves what ${name} does not have`);
  if (covering.next.endsWith(`.${name}`)) return;
  const wildcard = `*.${enclosing(name, covering)}`;
  const answered = denials.find((nsec) => nsec.owner === wildcard);
  if (answered !== undefined) {
    if (lacks(answered)) return;
    throw new Error(`${wildcard} has the type ${type}, by its NSEC`);
  }
  // And it may be empty itself.
  if (denials.some((nsec) => nsec.next.endsWith(`.${wildcard}`))) return;
  throw new Error(`nothing proves that no ${wildcard} has what ${name} does not have`);
}

function checkReferral(
  referral: Rrset,
  rrsets: readonly Rrset[],
  denials: readonly Nsec[],
  name: string,
): Verdict {
  const cut = referral.owner;
  if (referral.signatures.length > 0) throw new Error(`NS of ${cut} is signed`);
  if (name !== cut && !name.endsWith(`.${cut}`)) throw new Error(`${cut} is not above ${name}`);
  if (rrsets.some((set) => set.section === 'authority' && set.type === DS && set.owner === cut))
    return 'referral';
  const nsec = denials.find(({ owner }) => owner === cut);
  if (nsec === undefined) throw new Error(`nothing proves that ${cut} has no DS`);
  if (nsec.types.has(DS) || nsec.types.has(SOA) || !nsec.types.has(NS))
    throw new Error(`the NSEC of ${cut} is not that of an insecure delegation`);
  return 'referral';
}
