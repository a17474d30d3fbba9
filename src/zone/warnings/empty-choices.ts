/**
 * Names of choices that are empty for some clients. A client that chooses a country gets only that country's mirrors,
 * subject to their rules, so a mirror elsewhere that admits all clients does not help.
 */
import { labelsOf } from '../choices.js';
import type { Mirror, Pool } from '../model.js';
import { type Lack, whoLacks } from './left-clients.js';
import type { Remark, Surroundings } from './warning.js';

/** At most this many names are listed. */
const MOST_NAMES = 8;

/** One remark for all names of the pool that are empty for the same clients. */
export function emptyChoices(
  { name, owner, choose }: Pool,
  members: readonly Mirror[],
  countryOf: Surroundings['countryOf'],
): readonly Remark[] {
  if (choose.length === 0 || members.every(({ admits }) => Object.keys(admits).length === 0)) return [];
  const mirrorsAt = new Map<string, Mirror[]>();
  for (const mirror of members.filter(({ weight }) => weight > 0)) {
    for (const label of labelsOf(choose, mirror.name, countryOf(mirror))) {
      mirrorsAt.set(label, [...(mirrorsAt.get(label) ?? []), mirror]);
    }
  }
  const lacks = new Map<string, { readonly lack: Lack; readonly names: string[] }>();
  for (const [label, mirrors] of mirrorsAt) {
    for (const lack of whoLacks(mirrors)) {
      const key = `${lack.address} ${lack.clients}`;
      const { names } = lacks.get(key) ?? { names: [] };
      lacks.set(key, { lack, names: [...names, `${label}.${owner}`] });
    }
  }
  return Array.from(lacks.values(), ({ lack, names }) => {
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    const which = `the name${names.length === 1 ? '' : 's'} ${names.slice(0, MOST_NAMES).join(', ')}${more}`;
    const message = `the pool "${name}" has no ${lack.address} by ${which}, which users may choose, for ${lack.clients}, and resolvers keep that for all clients`;
    return { path: ['pools', name, 'choose'], message };
  });
}
