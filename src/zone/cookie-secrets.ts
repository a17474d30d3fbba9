/**
 * The file of secrets that servers share so that each accepts the others' cookies: one secret per line, 32 hexadecimal
 * digits. The first secret makes cookies; cookies of a second one are valid too. This allows the rollover of RFC 9018 §5,
 * during which no client is turned away: add the new secret as the second on all servers, then swap the two on all
 * servers, then remove the old one.
 */
import { countOf } from '../platform/count-of.js';
import { type Fault, formatFault } from './faults.js';

/** The octets of the secrets, or lines `FILE:LINE:COL: message`, which never contain a secret. */
export type ReadSecrets =
  | { readonly secrets: readonly [current: Uint8Array, other?: Uint8Array] }
  | { readonly faults: readonly string[] };

const MAX_SECRETS = 2;
const DIGITS = 32;

/** Reads the text of such a file. Empty lines and lines that start with # are skipped. */
export function readCookieSecrets(text: string, file: string): ReadSecrets {
  const found: Uint8Array[] = [];
  const faults: Fault[] = [];
  for (const [i, whole] of text.split('\n').entries()) {
    const line = whole.trim();
    if (line === '' || line.startsWith('#')) continue;
    const place = { file, line: i + 1, column: whole.indexOf(line) + 1 };
    if (!/^[0-9a-f]{32}$/i.test(line)) {
      const message = `not a secret (${countOf(line.length, 'character')}), expected ${DIGITS} hexadecimal digits: openssl rand -hex 16 makes them`;
      faults.push({ ...place, message });
    } else if (found.length === MAX_SECRETS) {
      faults.push({ ...place, message: `a third secret: one makes cookies, one more can be good` });
    } else found.push(Uint8Array.from(Buffer.from(line, 'hex')));
  }
  const [current, other] = found;
  if (current === undefined && faults.length === 0) {
    faults.push({ file, line: 1, column: 1, message: 'no secret in it: openssl rand -hex 16 makes one' });
  }
  if (current === undefined || faults.length > 0) return { faults: faults.map(formatFault) };
  return { secrets: other === undefined ? [current] : [current, other] };
}
