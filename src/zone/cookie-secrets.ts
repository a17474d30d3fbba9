/**
 * The file of secrets that servers share so that each knows the others' cookies: a secret a line, 32 hexadecimal digits.
 * The first one makes cookies; those of a second one are good as well. That is how RFC 9018 §5 rolls a secret over without
 * a moment in which a client is sent away: add the new one as the second everywhere, then swap the two everywhere, then
 * take the old one out.
 */
import { countOf } from '../platform/count-of.js';
import { type Fault, formatFault } from './faults.js';

/** The octets of the secrets; or lines `FILE:LINE:COL: message`, none of which has a secret in it. */
export type ReadSecrets =
  | { readonly secrets: readonly [current: Uint8Array, other?: Uint8Array] }
  | { readonly faults: readonly string[] };

const MAX_SECRETS = 2;
const DIGITS = 32;

/** Reads the text of such a file. Empty lines and those that start with # are passed over. */
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
