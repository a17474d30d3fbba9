/**
 * Values that are valid, but probably not what was meant.
 */
import { addressFromBytes, bitsOf } from '../../ip/address.js';
import type { Prefix } from '../../ip/prefix.js';
import { type SpecialKind, specialBlockOf } from '../../ip/special-purpose.js';
import type { Family } from '../../platform/types.js';
import { choiceOf } from '../choices.js';
import type { Zone } from '../model.js';
import { isWithin } from '../names.js';
import type { Remark, Rule } from './warning.js';

/** The longest prefix of a client's address that resolvers send (RFC 7871 §11.1). */
const TOLD: Readonly<Record<Family, number>> = { ipv4: 24, ipv6: 56 };
/** Clients with such addresses query the server directly. */
const OWN: readonly SpecialKind[] = ['link-local', 'loopback', 'private', 'shared'];

/** Names in record data, which are absolute: one that would be a name of the zone if it were relative. */
export const relativeNames: Rule = ({ name: zone, ns, pools, records }) => {
  const owners = new Set([...pools, ...records].map(({ owner }) => owner));
  const remarks = (name: string, path: Remark['path']): readonly Remark[] => {
    if (name === '' || (name.includes('.') && !owners.has(`${name}.${zone}`))) return [];
    const message = `"${name}" is a whole name here, not one of the zone: write ${name}.${zone} if that is meant`;
    return [{ path, of: 'value', message }];
  };
  return [
    ...ns.flatMap((name, i) => remarks(name, ['ns', i])),
    ...namesIn({ name: zone, records }).flatMap(({ target, path }) => remarks(target, path)),
  ];
};

/** A name in the zone that records point to, but that has no records. */
export const missingNames: Rule = ({ name: zone, pools, records, mirrors, reflect }, { zones }) => {
  const owners = new Set([...pools, ...records].map(({ owner }) => owner));
  if (reflect !== undefined) owners.add(reflect);
  const cuts = records.filter(({ owner, type }) => type === 'NS' && owner !== zone);
  const isChosen = (name: string): boolean =>
    pools.some(({ owner, choose, members }) => {
      if (!name.endsWith(`.${owner}`)) return false;
      const label = name.slice(0, -owner.length - 1);
      const isMirror = (): boolean => members.some(({ mirror }) => mirrors[mirror]?.name === label);
      return choiceOf(label, choose, isMirror) !== undefined;
    });
  /** An alias at a wildcard that leads to a name of the same wildcard leads back to itself. */
  const isThere = (name: string, alias: string | undefined): boolean =>
    owners.has(name) ||
    name === zone ||
    // Served temporarily, through a verb.
    name.startsWith('_acme-challenge.') ||
    [...owners].some(
      (owner) => owner !== alias && owner.startsWith('*.') && isWithin(name, owner.slice(2)),
    ) ||
    cuts.some(({ owner }) => isWithin(name, owner)) ||
    zones.some((other) => other.name !== zone && isWithin(other.name, zone) && isWithin(name, other.name)) ||
    isChosen(name);
  return namesIn({ name: zone, records }).flatMap(({ owner, target, path, type }): readonly Remark[] => {
    // For a name server without an address there is an error.
    if (type === 'NS' || !isWithin(target, zone)) return [];
    if (isThere(target, type === 'CNAME' ? owner : undefined)) return [];
    return [
      { path, of: 'value', message: `${target} is a name of this zone that has neither records nor a pool` },
    ];
  });
};

interface NamedTarget {
  readonly owner: string;
  readonly target: string;
  readonly type: string;
  readonly path: Remark['path'];
}

/** The names in the data of all records, except the one that means "no such service". */
function namesIn({ name: zone, records }: Pick<Zone, 'name' | 'records'>): readonly NamedTarget[] {
  return records.flatMap(({ owner, type, data }) => {
    const key = owner === zone ? '@' : owner.slice(0, -zone.length - 1);
    return data.flatMap((record, i) => {
      const target = 'target' in record ? record.target : record.type === 'MX' ? record.exchange : '';
      return target === '' ? [] : [{ owner, target, type, path: ['records', key, type, i] }];
    });
  });
}

/** A mirror whose coordinates are in another country than the mirror. */
export const strayPlaces: Rule = ({ mirrors }, { straysTo, isSwapped }) =>
  mirrors.flatMap(({ name, location: { country, latitude, longitude } }) => {
    if (country === undefined || latitude === undefined || longitude === undefined) return [];
    const path = ['mirrors', name, 'location', 'latitude'];
    const point = `latitude ${latitude}, longitude ${longitude}`;
    if (isSwapped({ latitude, longitude }, country)) {
      const meant = `latitude ${longitude}, longitude ${latitude}`;
      return [{ path, message: `${point} is far from ${country}, and ${meant} is in it: swap the two` }];
    }
    const other = straysTo({ latitude, longitude }, country);
    if (other === undefined) return [];
    const message = `${point} is in or at ${other}, far from ${country}: is a sign missing?`;
    return [{ path, message }];
  });

/** Client networks that are smaller than the networks that resolvers send. */
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

/** Whether resolvers send less of a client's address than the network needs. Of private networks they may send all. */
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
