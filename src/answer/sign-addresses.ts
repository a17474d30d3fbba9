/**
 * Signs the addresses of an answer. Signed sets are remembered, so that for most answers this is a lookup in memory. Other
 * sets are signed now as far as the budget allows; beyond it, a set that is already signed stands in.
 */
import { canonicalSet } from '../dnssec/canonical.js';
import { signOctets } from '../dnssec/sign.js';
import { below } from '../platform/random.js';
import { CLASS, TYPE } from '../wire/codes.js';
import { RECORD_HEAD } from './draw-addresses.js';
import { poolAddresses, poolAddressHits, poolAddressLength, poolRows } from './pool-index.js';
import { bringUpToDate, noteRecent, type PoolSigner } from './pool-signers.js';
import { noteSet, recallSet } from './recalled-sets.js';
import type { Responder } from './responder.js';
import { rowN, rowTtl } from './rows.js';
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

/** Octets of an RRSIG record of this signer. */
export function signatureLength({ headLength }: PoolSigner): number {
  return RECORD_HEAD + headLength + SIGNATURE_LENGTH;
}

/**
 * Writes the RRSIG of the addresses that were just drawn and written at `from`, or replaces them and writes the RRSIG of
 * others. Returns the offset after it. `record` is that of the pool, `owner` the pointer to its name.
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
  owner: number,
): number {
  const { signing, pools, tally } = responder;
  const { sets, recalled, wanted, last } = signing;
  const { words } = responder.rows;
  bringUpToDate(signer, responder.now);
  wanted.signer = signer.number;
  wanted.expiration = signer.expiration | 0;
  wanted.n = rowN(words, row);
  let set = recallSet(recalled, sets, wanted);
  if (set >= 0) count(tally, TALLY.SETS_KNOWN);
  else set = findOrSign(packet, from, responder, signer, pool, record, catchment, row);
  const lastAt = 2 * (poolRows(pools.records, record) + catchment);
  last[lastAt] = set;
  last[lastAt + 1] = roundOf(sets, set);
  const at = from + wanted.n * (RECORD_HEAD + poolAddressLength(pools.records, record));
  return writeSignature(packet, at, signer, owner, rowTtl(words, row), sets.words, set);
}

/** Where the drawn set is, which is signed now if necessary; or that of another set, which has been written in its place. */
function findOrSign(
  packet: DataView,
  from: number,
  responder: Responder,
  signer: PoolSigner,
  pool: number,
  record: number,
  catchment: number,
  row: number,
): number {
  const { signing, monotonic, tally } = responder;
  const { sets, budget, wanted } = signing;
  layOutDrawn(responder, record);
  let set = findSet(sets, wanted);
  if (set >= 0) {
    count(tally, TALLY.SETS_KNOWN);
    if (!isNumbered(sets, set)) {
      numberSet(sets, set, wanted);
      noteRecent(signer, set, roundOf(sets, set));
    }
  } else {
    if (!takeToken(budget, monotonic)) {
      set = findStandIn(responder, signer, pool, record, catchment, row);
      if (set >= 0) {
        count(tally, TALLY.SETS_STOOD_IN);
        replaceAddresses(packet, from, responder, record, set);
        return set;
      }
      overdraw(budget);
    }
    set = sign(signing, signer, tally);
  }
  noteSet(signing.recalled, sets, wanted, set);
  return set;
}

/**
 * Fills in the addresses of the wanted set from the draw. They are in the members' order, which is the same in all rows, so
 * they need no sorting. Hardly any set is signed in two orders (only if some of it is from a row's tail).
 */
function layOutDrawn({ pools, drawn, signing: { wanted } }: Responder, record: number): void {
  const { n, addresses } = wanted;
  const words = poolAddressLength(pools.records, record) >> 2;
  const first = poolAddresses(pools.records, record);
  wanted.addressWords = n * words;
  for (let i = 0; i < n; i++) {
    const from = first + (drawn[i] ?? 0) * words;
    for (let j = 0; j < words; j++) addresses[i * words + j] = pools.addresses[from + j] ?? 0;
  }
}

/** Signs the wanted set. Returns where it is. */
function sign({ sets, wanted }: Signing, signer: PoolSigner, tally: Float64Array): number {
  count(tally, TALLY.SETS_SIGNED);
  const { n, addressWords, addresses } = wanted;
  const octets = Buffer.alloc(4 * addressWords);
  for (let i = 0; i < addressWords; i++) octets.writeInt32LE(addresses[i] ?? 0, 4 * i);
  const length = octets.length / n;
  const data = Array.from({ length: n }, (_, i) => octets.subarray(i * length, (i + 1) * length));
  const head = Buffer.from(signer.head.buffer, 0, signer.headLength);
  const set = addSet(
    sets,
    wanted,
    signOctets(Buffer.concat([head, canonicalSet({ ...signer.rrset, data })]), signer.signer),
  );
  noteRecent(signer, set, sets.round);
  return set;
}

/** Writes the addresses of a set over those that were drawn. */
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
  // Each address is first equally often.
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

/** Writes the RRSIG of a set at `at`. */
function writeSignature(
  packet: DataView,
  at: number,
  { head, headLength }: PoolSigner,
  owner: number,
  ttl: number,
  words: Int32Array,
  set: number,
): number {
  packet.setInt32(at, (owner << 16) | TYPE.RRSIG);
  // RFC 4034 §3: the TTL "MUST match" that of the RRset, though the signature covers the original TTL (RFC 4035 §5.3.3).
  packet.setInt32(at + 4, (CLASS.IN << 16) | (ttl >>> 16));
  packet.setInt32(at + 8, (ttl << 16) | (headLength + SIGNATURE_LENGTH));
  // The octets copied beyond the head's end are overwritten.
  let to = at + RECORD_HEAD;
  for (let i = 0; i < headLength; i += 4, to += 4) packet.setInt32(to, head.getInt32(i));
  to = at + RECORD_HEAD + headLength;
  const end = set + SET.ADDRESSES;
  for (let i = set + SET.SIGNATURE; i < end; i++, to += 4) packet.setInt32(to, words[i] ?? 0);
  return to;
}
