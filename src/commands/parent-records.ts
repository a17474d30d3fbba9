/**
 * The data of a key's DS and DNSKEY records for the parent, in presentation format.
 */
import { dnskeyData, dsData, type ZoneKey } from '../dnssec/keys.js';

/** `TAG ALGORITHM DIGESTTYPE DIGEST` (RFC 4034 §5.3). */
export function dsText(zone: string, key: ZoneKey): string {
  const data = dsData(zone, key);
  return `${key.tag} ${data[2]} ${data[3]} ${Buffer.from(data.subarray(4)).toString('hex').toUpperCase()}`;
}

/** `FLAGS PROTOCOL ALGORITHM KEY` (RFC 4034 §2.2). */
export function dnskeyText(key: ZoneKey): string {
  const data = dnskeyData(key);
  return `${key.flags} ${data[2]} ${data[3]} ${Buffer.from(key.publicKey).toString('base64')}`;
}
