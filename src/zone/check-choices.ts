/**
 * The names that `choose` creates must not be used for anything else. A mirror's place may come from a database, and a new
 * database must not make a valid file wrong. So beside such a pool, the name of any country or continent is reserved,
 * whether or not a mirror is there.
 */
import { delegationOf } from './check-delegations.js';
import { choiceOf, PLACE_LABELS } from './choices.js';
import type { FaultList } from './faults.js';
import type { Choice, Mirror, Pool } from './model.js';
import { readOwner, wireLength } from './names.js';
import type { Owned } from './owners.js';
import type { Path } from './tree.js';

/** Where a name is already in use, and for what. */
interface Holder {
  readonly at: Path;
  readonly what: string;
}

/** Reports names of choices that are too long, are no valid names, or are used for something else. */
export function checkChoices(
  pools: readonly Pool[],
  mirrors: readonly Mirror[],
  owned: {
    readonly pools: readonly Owned<unknown>[];
    readonly records: readonly Owned<unknown>[];
    readonly reflect?: string;
  },
  faults: FaultList,
): void {
  const choosing = new Map(pools.filter(({ choose }) => choose.length > 0).map((pool) => [pool.owner, pool]));
  if (choosing.size === 0) return;
  const holders = new Map<string, Holder>();
  const hold = (owner: string, holder: Holder): void => {
    const { choice, pool } = choosingPlace(owner, choosing) ?? {};
    if (choice !== undefined && pool !== undefined) {
      const given = `is the name that "choose" of the pool "${pool.name}" gives to a ${choice}`;
      faults.atKey(holder.at, `${owner} ${given}: rename ${holder.what}, or leave ${choice} out there`);
    }
    holders.set(owner, holder);
  };
  for (const { key, owner } of owned.records)
    hold(owner, { at: ['records', key], what: `the records "${key}"` });
  for (const { key, owner } of owned.pools) hold(owner, { at: ['pools', key], what: `the pool "${key}"` });
  if (owned.reflect !== undefined) hold(owned.reflect, { at: ['reflect'], what: 'the name that reflects' });
  for (const pool of choosing.values()) {
    checkLength(pool, faults);
    if (!pool.choose.includes('mirror')) continue;
    const at = ['pools', pool.name, 'choose', pool.choose.indexOf('mirror')];
    for (const { mirror: number } of pool.members) {
      const mirror = mirrors[number]?.name ?? '';
      const owner = readOwner(mirror, pool.owner, false);
      if (typeof owner !== 'string') {
        faults.atValue(at, `the mirror "${mirror}" can't be a name below the pool: ${owner.fault}`);
        continue;
      }
      const cut = mirror.includes('.') ? delegationOf(owner, owned.records, faults) : undefined;
      if (cut !== undefined) {
        const why = `${owner} would be in the delegation "${cut.key}", whose name servers answer for it`;
        faults.atValue(at, `${why}: rename the mirror "${mirror}"`);
        continue;
      }
      const holder = holders.get(owner);
      const what = `the mirror "${mirror}"`;
      if (holder === undefined) hold(owner, { at: ['mirrors', mirror], what });
      else faults.atValue(at, `${owner} would be ${what}, and is ${holder.what}: rename one of them`);
    }
  }
}

/** The pool, if any, whose choices include a country or continent of that name. */
function choosingPlace(
  owner: string,
  choosing: ReadonlyMap<string, Pool>,
): { readonly pool: Pool; readonly choice: Choice } | undefined {
  const dot = owner.indexOf('.');
  const pool = choosing.get(owner.slice(dot + 1));
  const label = owner.slice(0, dot);
  const choice = choiceOf(label, pool?.choose ?? [], () => false);
  return pool === undefined || choice === undefined ? undefined : { pool, choice };
}

function checkLength({ name, owner, choose }: Pool, faults: FaultList): void {
  for (const [i, choice] of choose.entries()) {
    if (choice === 'mirror') continue;
    const longest = Math.max(...[...PLACE_LABELS[choice]].map((label) => label.length));
    if (wireLength(owner) + longest + 1 <= 255) continue;
    faults.atValue(
      ['pools', name, 'choose', i],
      `the name of a ${choice} below ${owner} would be too long: give the pool a shorter one`,
    );
  }
}
