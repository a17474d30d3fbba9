/**
 * Backups: mirrors that are answered only if the others cannot fill an answer. They have bands of their own, after all other
 * bands and formed by the same rules, so that the nearest backup comes first. No other band contains a backup: it would then
 * be in answers whenever that band is.
 */
import { type BandList, bandsOfList } from './band-list.js';
import { type BandFormer, type BandSettings, createBandFormer } from './bands.js';
import type { Candidate } from './candidate.js';

/** Forms the bands of candidates of which some may be backups. */
export function createPoolFormer(candidates: readonly Candidate[], settings: BandSettings): BandFormer {
  const numbers = Uint32Array.from(candidates.keys());
  const others = numbers.filter((i) => candidates[i]?.isBackup !== true);
  if (others.length === candidates.length) return createBandFormer(candidates, settings);
  const backups = numbers.filter((i) => candidates[i]?.isBackup === true);
  const partOf = (members: Uint32Array): BandFormer =>
    createBandFormer(
      [...members].flatMap((i) => candidates[i] ?? []),
      settings,
    );
  const first = partOf(others);
  const second = partOf(backups);
  const keys = new Map<number, number>();

  const list: BandFormer['list'] = (client) =>
    join(numbered(first.list(client), others), allListed(second.list(client), backups));

  return {
    list,
    bands: (client) => bandsOfList(list(client), candidates.length),
    key(client) {
      const a = first.key(client);
      const b = second.key(client);
      if (a === undefined || b === undefined) return undefined;
      const both = a * 2 ** 26 + b;
      const known = keys.get(both) ?? keys.size;
      keys.set(both, known);
      return known;
    },
    slack: () => Math.min(first.slack(), second.slack()),
  };
}

/** Some bands with their members, and the candidates in no band. */
interface Listed {
  readonly list: Pick<BandList, 'tiers' | 'sizes' | 'rest'>;
  readonly members: Uint32Array;
  readonly barred: Uint32Array;
}

/** Translates a list whose members are indexes into `among`. */
function numbered(list: BandList, among: Uint32Array): Listed {
  const named = list.members.map((i) => among[i] ?? 0);
  const used = list.sizes.reduce((sum, size) => sum + size, 0);
  return { list, members: named.subarray(0, used), barred: named.subarray(used) };
}

/** The same, with the last band listed like the others: only one band of a pool can be "all that are not listed". */
function allListed(list: BandList, among: Uint32Array): Listed {
  const { members, barred } = numbered(list, among);
  const bands = bandsOfList(list, among.length);
  return {
    list: { tiers: bands.map(() => 'backup'), sizes: bands.map((band) => band.members.length) },
    members:
      list.rest === undefined
        ? members
        : Uint32Array.from(
            bands.flatMap((band) => [...band.members]),
            (i) => among[i] ?? 0,
          ),
    barred,
  };
}

function join(others: Listed, backups: Listed): BandList {
  const { rest } = others.list;
  return {
    tiers: [...others.list.tiers, ...backups.list.tiers],
    sizes: [...others.list.sizes, ...backups.list.sizes],
    members: Uint32Array.from([...others.members, ...backups.members, ...others.barred, ...backups.barred]),
    ...(rest !== undefined && { rest }),
  };
}
