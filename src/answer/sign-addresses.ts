/**
 * Signs the addresses of an answer. Sets that were signed before are remembered, so that most answers cost a look into
 * memory; others are signed now, as far as the budget goes, and beyond it a set that is signed already stands in.
 */
import { canonicalSet } from '../dnssec/canonical.js';
import { signOctets } from '../dnssec/sign.js';
import { below } from '../platform/random.js';
import { TYPE } from '../wire/codes.js';
import { copyOctets } from './copy-octets.js';
import { RECORD_HEAD } from './draw-addresses.js';
import { poolAddresses, poolAddressHits, poolAddressLength, poolRows } from './pool-index.js';
import { bringUpToDate, noteRecent, type PoolSigner } from './pool-signers.js';
import type { Responder } from './responder.js';
import { rowN } from './rows.js';
import { overdraw, takeToken } from './sign-budget.js';
import {
  addSet,
  findSet,
  isNumbered,
  numberSet,
  roundOf,
  SET,
  SIGNATURE_LENGTH,
  setNumber,
} from './signed-sets.js';
import type { Signing } from './signing.js';
import { findStandIn } from './stand-in.js';
import { count, TALLY } from './tally.js';

/** Octets of an RRSIG record of such a signer. */
export function signatureLength({ head }: PoolSigner): number {
  return RECORD_HEAD + head.byteLength + SIGNATURE_LENGTH;
}

/**
 * Writes the RRSIG of the addresses that were drawn last and written at `from`, or that of others in their place; gives the
 * offset behind it. `record` is that of the pool.
 */
export function signAddresses(
  packet: DataView,
  from: number,
  responder: Responder,
  signer: PoolSigner,
  pool: number,
  record: number,
  catchment: number,
  row: number,
): number {
  const { signing, pools, monotonic, tally } = responder;
  const { sets, budget, wanted, last } = signing;
  bringUpToDate(signer, responder.now);
  wanted.signer = signer.number;
  wanted.expiration = signer.expiration | 0;
  wanted.n = rowN(responder.rows.words, row);
  const addressLength = poolAddressLength(pools.records, record);
  sortDrawn(responder, record, addressLength >> 2);
  let set = findSet(sets, wanted);
  if (set >= 0) {
    count(tally, TALLY.SETS_KNOWN);
    if (!isNumbered(sets, set)) {
      numberSet(sets, set, wanted);
      noteRecent(signer, set, roundOf(sets, set));
    }
  } else if (takeToken(budget, monotonic)) {
    set = sign(signing, signer, tally);
  } else {
    set = findStandIn(responder, signer, pool, record, catchment, row);
    if (set >= 0) {
      count(tally, TALLY.SETS_STOOD_IN);
      replaceAddresses(packet, from, responder, record, set);
    } else {
      overdraw(budget);
      set = sign(signing, signer, tally);
    }
  }
  const owner = 2 * (poolRows(pools.records, record) + catchment);
  last[owner] = set;
  last[owner + 1] = roundOf(sets, set);
  return writeSignature(
    packet,
    from,
    from + wanted.n * (RECORD_HEAD + addressLength),
    signer,
    sets.words,
    set,
  );
}

/** Has the set that is wanted hold the addresses that were drawn, in the order of their words. */
function sortDrawn({ pools, drawn, signing }: Responder, record: number, words: number): void {
  const { wanted } = signing;
  const { n, numbers } = wanted;
  const to = wanted.addresses;
  const first = poolAddresses(pools.records, record);
  wanted.addressWords = n * words;
  for (let i = 0; i < n; i++) {
    const number = drawn[i] ?? 0;
    const from = first + number * words;
    let place = i;
    for (; place > 0 && isBefore(pools.addresses, from, to, (place - 1) * words, words); place--) {
      numbers[place] = numbers[place - 1] ?? 0;
      for (let j = 0; j < words; j++) to[place * words + j] = to[(place - 1) * words + j] ?? 0;
    }
    numbers[place] = number;
    for (let j = 0; j < words; j++) to[place * words + j] = pools.addresses[from + j] ?? 0;
  }
}

function isBefore(one: Int32Array, at: number, other: Int32Array, otherAt: number, words: number): boolean {
  for (let i = 0; i < words; i++) {
    const word = one[at + i] ?? 0;
    const otherWord = other[otherAt + i] ?? 0;
    if (word !== otherWord) return word < otherWord;
  }
  return false;
}

/** Signs the set that is wanted; gives where it is. */
function sign({ sets, wanted }: Signing, signer: PoolSigner, tally: Float64Array): number {
  count(tally, TALLY.SETS_SIGNED);
  const { n, addressWords, addresses } = wanted;
  const octets = Buffer.alloc(4 * addressWords);
  for (let i = 0; i < addressWords; i++) octets.writeInt32LE(addresses[i] ?? 0, 4 * i);
  const length = octets.length / n;
  const data = Array.from({ length: n }, (_, i) => octets.subarray(i * length, (i + 1) * length));
  const head = Buffer.from(signer.head.buffer);
  const set = addSet(
    sets,
    wanted,
    signOctets(Buffer.concat([head, canonicalSet({ ...signer.rrset, data })]), signer.signer),
  );
  noteRecent(signer, set, sets.round);
  return set;
}

/** Writes the addresses of a set in place of those that were drawn. */
function replaceAddresses(
  packet: DataView,
  from: number,
  { pools, hits, drawn, random, signing }: Responder,
  record: number,
  set: number,
): void {
  const { words } = signing.sets;
  const { n, addressWords } = signing.wanted;
  const firstCounter = poolAddressHits(pools.records, record);
  const own = addressWords / n;
  // Everybody is to be the first as often as the others.
  const turn = below(random, n);
  for (let i = 0; i < n; i++) {
    const before = firstCounter + (drawn[i] ?? 0);
    hits.block[before] = (hits.block[before] ?? 0) - 1;
    count(hits.block, firstCounter + setNumber(words, set, i));
    const at = from + ((i + turn) % n) * (RECORD_HEAD + 4 * own) + RECORD_HEAD;
    for (let j = 0; j < own; j++)
      packet.setInt32(at + 4 * j, words[set + SET.ADDRESSES + i * own + j] ?? 0, true);
  }
}

/** Writes the RRSIG of a set at `at`; owner, class and TTL are those of the address at `from`. */
function writeSignature(
  packet: DataView,
  from: number,
  at: number,
  { head }: PoolSigner,
  words: Int32Array,
  set: number,
): number {
  packet.setUint16(at, packet.getUint16(from));
  packet.setUint16(at + 2, TYPE.RRSIG);
  packet.setUint16(at + 4, packet.getUint16(from + 4));
  // RFC 4034 §3: the TTL "MUST match" that of the RRset, though the original one is signed (RFC 4035 §5.3.3).
  packet.setUint32(at + 6, packet.getUint32(from + 6));
  packet.setUint16(at + 10, head.byteLength + SIGNATURE_LENGTH);
  copyOctets(head, 0, packet, at + RECORD_HEAD, head.byteLength);
  const signature = at + RECORD_HEAD + head.byteLength;
  for (let i = 0; i < SIGNATURE_LENGTH / 4; i++)
    packet.setInt32(signature + 4 * i, words[set + SET.SIGNATURE + i] ?? 0);
  return signature + SIGNATURE_LENGTH;
}
