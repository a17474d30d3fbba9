/**
 * Parts of a zone file that have no effect, although their author expects one.
 */

import { rfc3339 } from '../../platform/time.js';
import { FAMILIES, type Family } from '../../platform/types.js';
import { choiceOf } from '../choices.js';
import type { ClientRules, Mirror, Pool, Zone } from '../model.js';
import { isWithin } from '../names.js';
import type { Remark, Rule } from './warning.js';

/** At most this many names are listed. */
const MOST_NAMES = 8;

/** A pool whose mirrors are all disabled by their weights, in one family or in both. */
export const idleWeights: Rule = ({ pools, mirrors }) =>
  pools
    .filter(({ mayBeEmpty }) => !mayBeEmpty)
    .flatMap((pool) =>
      withoutAny(membersOf(pool, mirrors), isWeightless).map((what) =>
        emptyPool(pool, what, 'have weight 0'),
      ),
    );

/** The same through the file's own overrides, alone or together with weights. */
export const disabledPools: Rule = ({ pools, mirrors, overrides }, { now }) => {
  const said = new Map<string, boolean>();
  for (const { mirrors: names, state, until = Infinity } of overrides) {
    // The first override counts.
    for (const name of until > now ? names : []) if (!said.has(name)) said.set(name, state === 'down');
  }
  const isOut = (mirror: Mirror): boolean => isWeightless(mirror) || said.get(mirror.name) === true;
  return pools.flatMap((pool) => {
    if (pool.mayBeEmpty) return [];
    const all = membersOf(pool, mirrors);
    const known = withoutAny(all, isWeightless);
    return withoutAny(all, isOut)
      .filter((what) => !known.includes(what))
      .map((what) => emptyPool(pool, what, 'are disabled by overrides, or have weight 0'));
  });
};

function membersOf({ members }: Pool, mirrors: readonly Mirror[]): readonly Mirror[] {
  return members.flatMap(({ mirror }) => mirrors[mirror] ?? []);
}

function isWeightless({ weight }: Mirror): boolean {
  return weight === 0;
}

/**
 * What is missing from a pool's answers if some mirrors are out: everything, or one family that the pool has addresses of.
 */
function withoutAny(
  all: readonly Mirror[],
  isOut: (mirror: Mirror) => boolean,
): readonly (Family | 'nobody')[] {
  if (all.every(isOut)) return ['nobody'];
  // The addresses of a host name are not known here.
  if (all.some((mirror) => mirror.hostname !== undefined && !isOut(mirror))) return [];
  return FAMILIES.filter((family) => {
    const seated = all.filter(({ addresses }) => addresses.some((address) => address.family === family));
    return seated.length > 0 && seated.every(isOut);
  });
}

function emptyPool({ name }: Pool, what: Family | 'nobody', why: string): Remark {
  const whom = what === 'nobody' ? what : `no ${wordOf(what)} address`;
  const which = what === 'nobody' ? '' : ' with one';
  return {
    path: ['pools', name],
    message: `the pool "${name}" answers ${whom}: all of its mirrors${which} ${why}`,
  };
}

/** A pool that should answer backups in panic, but has none in a family that it answers. */
export const panicWithoutBackup: Rule = ({ pools, mirrors }) =>
  pools.flatMap(({ name, panic, members }): Remark[] => {
    if (panic !== 'backup') return [];
    const seated = members.flatMap(({ mirror }) => mirrors[mirror] ?? []).filter(({ weight }) => weight > 0);
    if (seated.some(({ backup, hostname }) => backup && hostname !== undefined)) return [];
    return FAMILIES.flatMap((family) => {
      const own = seated.filter(({ addresses }) => addresses.some((address) => address.family === family));
      if (own.length === 0 || own.some(({ backup }) => backup)) return [];
      const message = `the pool "${name}" has no backup with an ${wordOf(family)} address, so all of its mirrors are answered in panic`;
      return [{ path: ['pools', name, 'panic'], message }];
    });
  });

/** A pool whose name belongs to another zone. */
export const shadowedPools: Rule = ({ name: zone, pools }, { zones }) =>
  pools.flatMap(({ name, owner }) => {
    const inner = zones.find(
      (other) => isWithin(other.name, zone) && other.name !== zone && isWithin(owner, other.name),
    );
    if (inner === undefined) return [];
    const message = `the pool "${name}" is never answered: the name is in the zone ${inner.name}, which is that of ${inner.file}`;
    return [{ path: ['pools', name], message }];
  });

/** A name of a choice that belongs to another zone. */
export const shadowedChoices: Rule = ({ pools, mirrors }, { zones }) =>
  pools.flatMap(({ name, owner, choose, members }) => {
    const names = new Set(members.map(({ mirror }) => mirrors[mirror]?.name));
    return zones.flatMap((other): Remark[] => {
      if (!other.name.endsWith(`.${owner}`)) return [];
      const label = other.name.slice(0, -owner.length - 1);
      const choice = choiceOf(label, choose, (mirror) => names.has(mirror));
      if (choice === undefined) return [];
      const message = `${other.name} is the name of a ${choice} that users may choose, and never answered for it: it is a zone, that of ${other.file}`;
      return [{ path: ['pools', name, 'choose', choose.indexOf(choice)], of: 'value', message }];
    });
  });

/** A mirror in no pool. */
export const unusedMirrors: Rule = ({ pools, mirrors }) => {
  const used = new Set(pools.flatMap(({ members }) => members.map(({ mirror }) => mirror)));
  return mirrors.flatMap(({ name }, number) => {
    if (used.has(number)) return [];
    return [
      {
        path: ['mirrors', name],
        message: `the mirror "${name}" is in no pool: it is neither probed nor answered`,
      },
    ];
  });
};

/** An override that has ended. */
export const endedOverrides: Rule = ({ overrides }, { now }) =>
  overrides.flatMap(({ until }, number) => {
    if (until === undefined || until > now) return [];
    const message = `this override ended on ${rfc3339(until)}: take it out`;
    return [{ path: ['overrides', number, 'until'], of: 'value', message }];
  });

/** AS numbers that match no client. */
export const idleAsns: Rule = (zone, { hasAsns }) => {
  const [first] = whereAsnsAre(zone);
  return first === undefined || hasAsns() ? [] : [{ path: first, message: describeIdleAsns(zone) ?? '' }];
};

/** What a zone's AS numbers do without an AS database, in words. Undefined if the zone has none. */
export function describeIdleAsns(zone: Zone): string | undefined {
  const names = [...new Set(whereAsnsAre(zone).map(([, name]) => name))];
  if (names.length === 0) return undefined;
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `AS numbers of ${names.slice(0, MOST_NAMES).join(', ')}${more} match no client, for there is no database of them: fetch GeoLite2-ASN, or name one as geo.asn`;
}

function wordOf(family: Family): string {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}

/** The paths of all keys of mirrors, pools and orders that list AS numbers. */
function whereAsnsAre({
  mirrors,
  pools,
  orders,
}: Zone): readonly (readonly ['mirrors' | 'pools' | 'orders', string, string])[] {
  return [
    ...mirrors.flatMap(({ name, asn, admits }) => [
      ...(asn.length > 0 ? [['mirrors', name, 'asn'] as const] : []),
      ...asnRules(admits).map((key) => ['mirrors', name, key] as const),
    ]),
    ...pools.flatMap(({ name, admits, refuse }) => [
      ...asnRules(admits).map((key) => ['pools', name, key] as const),
      ...(refuse !== undefined && refuse.asn.length > 0 ? [['pools', name, 'refuse'] as const] : []),
    ]),
    ...orders.flatMap(({ name, lists }) =>
      lists.some(({ by }) => by === 'asn') ? [['orders', name, 'asn'] as const] : [],
    ),
  ];
}

function asnRules({ onlyAsn, exceptAsn }: ClientRules): readonly string[] {
  return [...(onlyAsn === undefined ? [] : ['only_asn']), ...(exceptAsn === undefined ? [] : ['except_asn'])];
}
