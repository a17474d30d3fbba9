/**
 * The secrets for server cookies, in shared memory that all workers read: a rollover needs no message, and no query waits
 * for it. There are two banks. A change is written to the bank that is not in use, and then one word switches to it.
 *
 *     word 0      which bank is current
 *     words 1-9   bank 0: the current secret, four words; the other one, four words; whether there is another one
 *     words 10-18 bank 1
 */

/** Octets of a secret: the key of SipHash-2-4. */
export const SECRET_OCTETS = 16;
const BANK = 9;

/** The words of a bank. */
export const BANK_WORD = { CURRENT: 0, OTHER: 4, HAS_OTHER: 8 } as const;

/** The secrets in shared memory. */
export type CookieSecrets = Int32Array;

/** The current secret makes cookies. Cookies made with it, or with the other secret if there is one, are accepted. */
export type SecretList = readonly [current: Uint8Array, other?: Uint8Array];

export function newCookieSecrets(secrets: SecretList): CookieSecrets {
  const shared = new Int32Array(new SharedArrayBuffer((1 + 2 * BANK) * Int32Array.BYTES_PER_ELEMENT));
  replaceSecrets(shared, secrets);
  return shared;
}

/** Makes these secrets current for all threads. Only one thread may call it. */
export function replaceSecrets(shared: CookieSecrets, [current, other]: SecretList): void {
  const next = 1 - Atomics.load(shared, 0);
  const bank = 1 + next * BANK;
  writeSecret(shared, bank + BANK_WORD.CURRENT, current);
  writeSecret(shared, bank + BANK_WORD.OTHER, other ?? current);
  shared[bank + BANK_WORD.HAS_OTHER] = other === undefined ? 0 : 1;
  Atomics.store(shared, 0, next);
}

/** The offset of the current bank. */
export function currentBank(shared: CookieSecrets): number {
  return 1 + Atomics.load(shared, 0) * BANK;
}

function writeSecret(shared: CookieSecrets, at: number, secret: Uint8Array): void {
  if (secret.length !== SECRET_OCTETS) {
    throw new RangeError(`a cookie secret has ${SECRET_OCTETS} octets, not ${secret.length}`);
  }
  const view = new DataView(secret.buffer, secret.byteOffset, SECRET_OCTETS);
  for (let i = 0; i < 4; i++) shared[at + i] = view.getInt32(i * 4, true);
}
