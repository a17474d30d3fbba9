/**
 * Values that are good by themselves and mean something else than was likely meant.
 */
import { addressFromBytes, bitsOf } from '../../ip/address.js';
import type { Prefix } from '../../ip/prefix.js';
import { type SpecialKind, specialBlockOf } from '../../ip/special-purpose.js';
import type { Family } from '../../platform/types.js';
import type { Remark, Rule } from './warning.js';

/** What resolvers tell of a client's address at most (RFC 7871 §11.1). */
const TOLD: Readonly<Record<Family, number>> = { ipv4: 24, ipv6: 56 };
/** Whoever asks from these asks for himself. */
const OWN: readonly SpecialKind[] = ['link-local', 'loopback', 'private', 'shared'];

/** A name server, of the zone or of a delegation, that would be one of the zone if it were relative, and an alias's target. */
export const relativeNames: Rule = ({ name: zone, ns, pools, records }) => {
  const owners = new Set([...pools, ...records].map(({ owner }) => owner));
  const remarks = (name: string, path: Remark['path']): readonly Remark[] => {
    if (name === '' || (name.includes('.') && !owners.has(`${name}.${zone}`))) return [];
    const message = `"${name}" is a whole name here, not one of the zone: write ${name}.${zone} if that is meant`;
    return [{ path, of: 'value', message }];
  };
  return [
    ...ns.flatMap((name, i) => remarks(name, ['ns', i])),
    ...records.flatMap(({ owner, type, data }) =>
      data.flatMap((record, i) => {
        if (record.type !== 'CNAME' && record.type !== 'NS') return [];
        const key = owner === zone ? '@' : owner.slice(0, -zone.length - 1);
        return remarks(record.target, ['records', key, type, i]);
      }),
    ),
  ];
};

/** A mirror's coordinates that lie in another country than it does. */
export const strayPlaces: Rule = ({ mirrors }, { straysTo }) =>
  mirrors.flatMap(({ name, location: { country, latitude, longitude } }) => {
    if (country === undefined || latitude === undefined || longitude === undefined) return [];
    const other = straysTo({ latitude, longitude }, country);
    if (other === undefined) return [];
    const message = `latitude ${latitude}, longitude ${longitude} is in or at ${other}, far from ${country}: is a sign missing, or are the two swapped?`;
    return [{ path: ['mirrors', name, 'location', 'latitude'], message }];
  });

/** Networks of clients of which resolvers tell only a larger part. */
export const fineNetworks: Rule = ({ mirrors, pools, orders }) => [
  ...pools.flatMap(({ name, refuse }) =>
    tooFine(refuse?.networks ?? [], ['pools', name, 'refuse', 'networks']),
  ),
  ...mirrors.flatMap(({ name, networks, admits: { onlyNetworks = [] } }) => [
    ...tooFine(networks, ['mirrors', name, 'networks']),
    ...tooFine(onlyNetworks, ['mirrors', name, 'only_networks']),
  ]),
  ...orders.flatMap(({ name, lists }) =>
    tooFine(
      lists.flatMap((list) => (list.by === 'networks' ? [list.key] : [])),
      ['orders', name, 'networks'],
      ({ text }) => text,
    ),
  ),
];

/** Whether resolvers tell less of a client than that it is in the network. Of networks of one's own they may tell all. */
export function isFinerThanTold({ family, bytes, length }: Prefix): boolean {
  const kind = specialBlockOf(addressFromBytes(bytes))?.kind;
  return length > TOLD[family] && (kind === undefined || !OWN.includes(kind));
}

function tooFine(
  networks: readonly Prefix[],
  path: Remark['path'],
  stepOf = (_: Prefix, i: number): string | number => i,
): readonly Remark[] {
  return networks.flatMap((network, i) => {
    const { family, length, text } = network;
    if (!isFinerThanTold(network)) return [];
    const what = length === bitsOf(family) ? 'the address' : 'the network';
    const message = `resolvers tell a /${TOLD[family]} of their clients at most, so ${what} ${text} matches only who asks from there himself`;
    return [{ path: [...path, stepOf(network, i)], of: 'value' as const, message }];
  });
}
