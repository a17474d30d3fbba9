/**
 * What each pool is expected to send where, computed on request and kept until its inputs change. The outlooks of all pools
 * together, which may be many, are brought up to date from time to time, and no request waits for that.
 */
import { poolKey } from '../answer/table.js';
import { type Countries, type Outlook, outlookOf, placeCountries } from '../compile/outlook.js';
import type { StatusReport } from '../control/status-report.js';
import type { Family } from '../platform/types.js';
import type { FamilyFacts, PoolFacts, Source } from './messages.js';

export interface FamilyOutlook extends Outlook {
  readonly family: Family;
  /** Their names, indexed by member. */
  readonly mirrors: readonly string[];
}

export interface PoolOutlook {
  readonly mirrors: PoolFacts['mirrors'];
  readonly families: readonly FamilyOutlook[];
}

/** A mirror's expected share of a pool's downloads. */
export interface Share {
  readonly zone: string;
  readonly pool: string;
  readonly family: Family;
  readonly mirror: string;
  readonly share: number;
}

export interface Outlooks {
  /** Undefined if there is no such pool. */
  of(zone: string, owner: string): Promise<PoolOutlook | undefined>;
  /** The known shares of the pools in the report. Outdated ones are brought up to date in the background. */
  shares(status: StatusReport): readonly Share[];
}

/** Milliseconds from one update of all outlooks to the next. */
const SELDOM = 60_000;

interface Kept {
  /** The inputs of the computation, as text. */
  readonly geography: string;
  readonly health: string;
  readonly countries: Countries;
  readonly outlook: FamilyOutlook;
}

export function createOutlooks(source: Pick<Source, 'pool'>, monotonic: () => number): Outlooks {
  const kept = new Map<string, Kept>();
  let lookedAt = -Infinity;

  function familyOutlook(key: string, facts: FamilyFacts): FamilyOutlook {
    const { family, candidates, settings, refused, question } = facts;
    const geography = JSON.stringify([candidates, settings, refused]);
    const health = JSON.stringify(question);
    const before = kept.get(key);
    const countries = before?.geography === geography ? before.countries : placeCountries(facts);
    if (before?.countries === countries && before.health === health) return before.outlook;
    const mirrors = question.members.map(({ mirror }) => mirror);
    const outlook = { family, mirrors, ...outlookOf({ candidates }, countries, question) };
    kept.set(key, { geography, health, countries, outlook });
    return outlook;
  }

  async function of(zone: string, owner: string): Promise<PoolOutlook | undefined> {
    const facts = await source.pool(zone, owner);
    if (facts === undefined) return undefined;
    const { mirrors, families } = facts;
    return {
      mirrors,
      families: families.map((family) =>
        familyOutlook(poolKey({ zone, owner, family: family.family }), family),
      ),
    };
  }

  async function lookAtAll(pools: StatusReport['counters']['pools']): Promise<void> {
    const known = new Set(pools.map(({ zone, name, family }) => poolKey({ zone, owner: name, family })));
    for (const key of kept.keys()) if (!known.has(key)) kept.delete(key);
    const owners = new Map(pools.map(({ zone, name }) => [`${zone} ${name}`, { zone, name }]));
    // Sequentially: each is a question to the main thread.
    for (const { zone, name } of owners.values()) await of(zone, name);
  }

  return {
    of,
    shares({ counters: { pools } }) {
      if (monotonic() - lookedAt >= SELDOM) {
        lookedAt = monotonic();
        // A failure is harmless: the next update asks again.
        lookAtAll(pools).catch(() => undefined);
      }
      return pools.flatMap(({ zone, name: pool, family }) => {
        const { mirrors = [], shares = [] } = kept.get(poolKey({ zone, owner: pool, family }))?.outlook ?? {};
        return mirrors.map((mirror, member) => ({ zone, pool, family, mirror, share: shares[member] ?? 0 }));
      });
    },
  };
}
