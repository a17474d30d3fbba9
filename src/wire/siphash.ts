/**
 * SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012) in 32-bit integers. Server
 * cookies are made with it (RFC 9018 §4.4), so it runs on the hot path. Node's crypto has no SipHash, and a call into it
 * would cost more than this does. Each 64-bit word of the state is two signed numbers; the upper half has an h in its name.
 */

/**
 * Hashes the first `words` words of `message` under the key in four words from `key[keyAt]` on. All words are little-endian,
 * as the algorithm specifies. The low half of the result goes to `out[outAt]`, the high half after it.
 */
export function sipHash(
  key: Int32Array,
  keyAt: number,
  message: Int32Array,
  words: number,
  out: Int32Array,
  outAt: number,
): void {
  const k0 = key[keyAt] ?? 0;
  const k0h = key[keyAt + 1] ?? 0;
  const k1 = key[keyAt + 2] ?? 0;
  const k1h = key[keyAt + 3] ?? 0;
  // The algorithm's constant, "somepseudorandomlygeneratedbytes".
  let v0 = k0 ^ 0x70736575;
  let v0h = k0h ^ 0x736f6d65;
  let v1 = k1 ^ 0x6e646f6d;
  let v1h = k1h ^ 0x646f7261;
  let v2 = k0 ^ 0x6e657261;
  let v2h = k0h ^ 0x6c796765;
  let v3 = k1 ^ 0x79746573;
  let v3h = k1h ^ 0x74656462;
  // The last block has the rest of the message, and the number of its octets in the top byte.
  const last = words >> 1;
  for (let block = 0; block <= last + 1; block++) {
    let m = 0;
    let mh = 0;
    let rounds = 2;
    if (block <= last) {
      const at = block << 1;
      if (at < words) m = message[at] ?? 0;
      mh = block < last ? (message[at + 1] ?? 0) : words << 26;
      v3 ^= m;
      v3h ^= mh;
    } else {
      v2 ^= 0xff;
      rounds = 4;
    }
    for (let round = 0; round < rounds; round++) {
      // v0 += v1; v1 <<<= 13; v1 ^= v0; v0 <<<= 32
      let low = (v0 + v1) | 0;
      let high = (v0h + v1h + (low >>> 0 < v0 >>> 0 ? 1 : 0)) | 0;
      let turned = (v1 << 13) | (v1h >>> 19);
      v1h = ((v1h << 13) | (v1 >>> 19)) ^ high;
      v1 = turned ^ low;
      v0 = high;
      v0h = low;
      // v2 += v3; v3 <<<= 16; v3 ^= v2
      low = (v2 + v3) | 0;
      v2h = (v2h + v3h + (low >>> 0 < v2 >>> 0 ? 1 : 0)) | 0;
      v2 = low;
      turned = (v3 << 16) | (v3h >>> 16);
      v3h = ((v3h << 16) | (v3 >>> 16)) ^ v2h;
      v3 = turned ^ v2;
      // v0 += v3; v3 <<<= 21; v3 ^= v0
      low = (v0 + v3) | 0;
      v0h = (v0h + v3h + (low >>> 0 < v0 >>> 0 ? 1 : 0)) | 0;
      v0 = low;
      turned = (v3 << 21) | (v3h >>> 11);
      v3h = ((v3h << 21) | (v3 >>> 11)) ^ v0h;
      v3 = turned ^ v0;
      // v2 += v1; v1 <<<= 17; v1 ^= v2; v2 <<<= 32
      low = (v2 + v1) | 0;
      high = (v2h + v1h + (low >>> 0 < v2 >>> 0 ? 1 : 0)) | 0;
      turned = (v1 << 17) | (v1h >>> 15);
      v1h = ((v1h << 17) | (v1 >>> 15)) ^ high;
      v1 = turned ^ low;
      v2 = high;
      v2h = low;
    }
    v0 ^= m;
    v0h ^= mh;
  }
  out[outAt] = v0 ^ v1 ^ v2 ^ v3;
  out[outAt + 1] = v0h ^ v1h ^ v2h ^ v3h;
}
