/**
 * Decides where a challenge can be served: only at a name for which this server answers. Pure.
 */
import { MAX_TOKEN } from '../answer/challenges.js';
import type { World } from '../compile/world.js';
import { GeopoolError } from '../platform/errors.js';
import { isWithin, readName } from '../zone/names.js';

/** The zones that are served, and the names of those that are not, if known. */
export type ChallengePlaces = Pick<World, 'zones' | 'refused'>;

/** The name as it is served. Throws REQUEST_REFUSED if no zone can serve a challenge there, and names what could. */
export function readChallengeName(text: string, { zones, refused }: ChallengePlaces): string {
  const name = readName(text);
  if (typeof name !== 'string') throw new GeopoolError('REQUEST_REFUSED', name.fault);
  const unserved = refused.flatMap(({ zone }) => zone ?? []);
  const [closest] = [...zones.map(({ zone }) => zone.name), ...unserved]
    .filter((zone) => isWithin(name, zone))
    .sort((a, b) => b.length - a.length);
  const zone = zones.find((each) => each.zone.name === closest)?.zone;
  if (closest === undefined) throw refusal(name, 'it is in no zone of this server');
  if (zone === undefined)
    throw refusal(name, `the file of the zone ${closest} is wrong, and nothing of it is served`);
  const cut = zone.records.find(({ owner, type }) => type === 'NS' && isWithin(name, owner));
  if (cut !== undefined)
    throw refusal(name, `${cut.owner} is delegated: give it to the name servers that it has in ${zone.file}`);
  if (zone.reflect === name) throw refusal(name, `"reflect" in ${zone.file} answers there`);
  const alias = zone.records.find(({ owner, type }) => type === 'CNAME' && owner === name)?.data[0];
  if (alias?.type === 'CNAME')
    throw refusal(name, `it is a CNAME: give it to the name servers of ${alias.target}`);
  return name;
}

/** Throws REQUEST_REFUSED unless the token is a readable string that fits into a TXT record. */
export function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token) && token.length <= MAX_TOKEN) return;
  throw new GeopoolError(
    'REQUEST_REFUSED',
    `a token has 1 to ${MAX_TOKEN} characters of ASCII, without blanks, such as the 43 of ACME`,
  );
}

function refusal(name: string, why: string): GeopoolError {
  return new GeopoolError('REQUEST_REFUSED', `no challenge can be served at ${name}: ${why}`);
}
