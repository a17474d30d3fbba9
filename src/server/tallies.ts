/**
 * The counters of all workers, added up when somebody asks. Counters of a pool's catchments go with the table that numbers
 * them: a new table brings new ones, and the old ones become part of the pool's total once no worker counts in them any
 * more, and are used again. So totals only grow for as long as a pool is there, and memory does not.
 */

import { SIZES } from '../answer/rate-limit.js';
import { ROWS_OCTETS } from '../answer/rows.js';
import type { PoolName } from '../answer/table.js';
import {
  type Countable,
  type Hits,
  hitsOf,
  newCounters,
  newHits,
  RCODES,
  TALLY,
  type Tally,
} from '../answer/tally.js';
import type { Family } from '../platform/types.js';
import {
  addChosen,
  type ChosenCounters,
  chosenCounters,
  type KeyedPool,
  refusedByChosen,
} from './chosen-counters.js';
import type { CloseReason } from './tcp-admission.js';

export type Protocol = 'udp' | 'tcp' | 'tls';

/** What one worker counts in. A thread that takes a dead one's place goes on with it. */
export interface WorkerCounters {
  readonly protocol: Protocol;
  readonly tally: Tally;
  readonly adopted: Int32Array;
  /** Of the pools that are published. */
  hits: Hits;
}

/** All that was counted since the start. */
export interface Sums {
  readonly queries: Readonly<Record<Protocol, Readonly<Record<Family, number>>>>;
  /** By number. */
  readonly rcodes: readonly number[];
  readonly withSubnet: number;
  readonly truncated: number;
  readonly silent: number;
  readonly dropped: number;
  readonly sendErrors: number;
  readonly cookies: CookieSums;
  readonly limited: LimitSums;
  readonly tcp: TcpSums;
  readonly tls: TlsSums;
  readonly rows: RowSums;
  readonly signedSets: SignedSetSums;
  /** Of the pools of the files that are published, by number. */
  readonly pools: readonly PoolSum[];
}

/** Queries with a cookie, by what it was worth. */
export interface CookieSums {
  readonly clientOnly: number;
  readonly invalid: number;
  readonly valid: number;
}

/** Queries that were too many for their client, by what came of them. */
export interface LimitSums {
  readonly truncated: number;
  readonly badCookie: number;
  readonly dropped: number;
  /** Answered all the same. */
  readonly tried: number;
  /** All of them by which network had too many, in the order of SIZES. */
  readonly networks: readonly number[];
}

/** What workers keep of who may be answered to the clients of a catchment. */
export interface RowSums {
  readonly workedOut: number;
  /** Those that gave their place to others. */
  readonly overwritten: number;
  /** Octets, and how many they may come to. */
  readonly memory: number;
  readonly memoryLimit: number;
}

/** Answers of signed pools by how their addresses came to be signed. */
export interface SignedSetSums {
  /** Now; before; and others that were, since too many were to be signed. */
  readonly signed: number;
  readonly known: number;
  readonly stoodIn: number;
}

/** Connections over TCP, or over TLS. */
export interface TcpSums {
  /** At this moment. */
  readonly open: number;
  readonly opened: number;
  /** Ended by the server, by why. */
  readonly ended: Readonly<Record<CloseReason, number>>;
}

export interface TlsSums extends TcpSums {
  readonly handshakes: HandshakeSums;
}

/** TLS handshakes, by what came of them. */
export interface HandshakeSums {
  readonly full: number;
  /** With a session from before. */
  readonly resumed: number;
  readonly failed: number;
  /** Too many of their network: not begun. */
  readonly refused: number;
}

export interface PoolSum {
  readonly name: PoolName;
  /** Answers with addresses of the pool, for as long as there is a pool of that name; those to names by which users choose too. */
  readonly answers: number;
  /** Answers to clients whom it refuses, likewise. */
  readonly refused: number;
  /** Those of `answers` that were to such names; absent: there are none. */
  readonly chosen?: number;
  /** Those to its own since its table was published, by catchment; one number where catchments are not counted apart. */
  readonly catchments: readonly number[];
  /** Those that had each of its addresses, in their order, for as long as they are in a pool of that name. */
  readonly addresses: readonly number[];
}

export interface Tallies {
  /** A worker counts in these from now on. */
  join(counters: WorkerCounters): void;
  /** Nobody counts in these any more: what is in them stays in the sums. */
  leave(gone: readonly WorkerCounters[]): void;
  /** Gives the workers new counters, for the pools of the table of that generation, which they are about to be told of. */
  publish(pools: readonly Countable[], generation: number): void;
  sum(): Sums;
}

/** Counters for a worker that answers from these pools. */
export function newWorkerCounters(protocol: Protocol, pools: readonly Countable[]): WorkerCounters {
  return { protocol, ...newCounters(pools) };
}

/** What holds at this moment: no sum of what was. */
const GAUGES: readonly number[] = [TALLY.TCP_OPEN, TALLY.ROWS_OCTETS];

/** Adds up the counters of workers that answer from these pools. */
export function createTallies(first: readonly WorkerCounters[], pools: readonly Countable[]): Tallies {
  let workers = first;
  /** Those that ended, of each protocol together. */
  const past = new Map<Protocol, number[]>();
  const counting = (counted: readonly Countable[]): Counting => ({
    pools: countedPools(counted),
    hits: workers.map(({ hits }) => hits),
  });
  let published = counting(pools);
  /** Tables that somebody may still be answering from, the oldest first, and the generation that took over from each. */
  const retiring: { readonly table: Counting; readonly until: number }[] = [];
  /** The blocks of those before. */
  const spares: Hits['block'][] = [];
  /** The answers from tables before those. */
  const totals: Totals = new Map();

  /** Adds those to the totals that every worker has left. */
  function retire(): void {
    const oldest = Math.min(...workers.map(({ adopted }) => Atomics.load(adopted, 0)));
    const left = retiring.findIndex(({ until }) => until > oldest);
    for (const { table } of retiring.splice(0, left < 0 ? retiring.length : left)) {
      addAnswers(totals, table);
      spares.push(...table.hits.map(({ block }) => block));
    }
    const served = new Map(published.pools.map((pool) => [keyOf(pool.name), pool]));
    for (const [key, { addresses }] of totals) {
      const pool = served.get(key);
      if (pool === undefined) totals.delete(key);
      const kept = new Set(pool?.keys);
      for (const address of addresses.keys()) if (!kept.has(address)) addresses.delete(address);
    }
  }

  return {
    join(counters) {
      workers = [...workers, counters];
      published = { ...published, hits: [...published.hits, counters.hits] };
    },
    leave(gone) {
      workers = workers.filter((worker) => !gone.includes(worker));
      for (const { protocol, tally } of gone) {
        const sums = past.get(protocol) ?? [];
        for (const [i, value] of tally.entries()) if (!GAUGES.includes(i)) sums[i] = (sums[i] ?? 0) + value;
        past.set(protocol, sums);
      }
    },
    publish(next, generation) {
      retire();
      retiring.push({ table: published, until: generation });
      for (const worker of workers) worker.hits = newHits(next, spares.pop());
      published = counting(next);
    },
    sum() {
      retire();
      const all = [...workers, ...Array.from(past, ([protocol, tally]) => ({ protocol, tally }))];
      const add = (index: number, protocol?: Protocol): number =>
        all.reduce(
          (sum, worker) =>
            protocol === undefined || protocol === worker.protocol ? sum + (worker.tally[index] ?? 0) : sum,
          0,
        );
      const queries = (protocol: Protocol): Record<Family, number> => ({
        ipv4: add(TALLY.QUERIES_IPV4, protocol),
        ipv6: add(TALLY.QUERIES_IPV6, protocol),
      });
      const connections = (protocol: Protocol): TcpSums => ({
        open: add(TALLY.TCP_OPEN, protocol),
        opened: add(TALLY.TCP_OPENED, protocol),
        ended: {
          idle: add(TALLY.TCP_IDLE, protocol),
          slow: add(TALLY.TCP_SLOW, protocol),
          unread: add(TALLY.TCP_UNREAD, protocol),
          crowded: add(TALLY.TCP_CROWDED, protocol),
          'network-crowded': add(TALLY.TCP_NETWORK_CROWDED, protocol),
        },
      });
      const before = copyOf(totals);
      for (const { table } of retiring) addAnswers(before, table);
      return {
        queries: { udp: queries('udp'), tcp: queries('tcp'), tls: queries('tls') },
        rcodes: Array.from({ length: RCODES }, (_, rcode) => add(TALLY.RCODE + rcode)),
        withSubnet: add(TALLY.WITH_SUBNET),
        truncated: add(TALLY.TRUNCATED),
        silent: add(TALLY.SILENT),
        dropped: add(TALLY.DROPPED),
        sendErrors: add(TALLY.SEND_ERRORS),
        cookies: {
          clientOnly: add(TALLY.COOKIE_CLIENT_ONLY),
          invalid: add(TALLY.COOKIE_INVALID),
          valid: add(TALLY.COOKIE_VALID),
        },
        limited: {
          truncated: add(TALLY.LIMITED_TRUNCATED),
          badCookie: add(TALLY.LIMITED_BADCOOKIE),
          dropped: add(TALLY.LIMITED_DROPPED),
          tried: add(TALLY.LIMITED_TRIED),
          networks: SIZES.map((_, network) => add(TALLY.LIMITED_NETWORK + network)),
        },
        tcp: connections('tcp'),
        tls: {
          ...connections('tls'),
          handshakes: {
            full: add(TALLY.TLS_HANDSHAKES),
            resumed: add(TALLY.TLS_RESUMED),
            failed: add(TALLY.TLS_FAILED),
            refused: add(TALLY.TLS_REFUSED),
          },
        },
        rows: {
          workedOut: add(TALLY.ROWS_WORKED_OUT),
          overwritten: add(TALLY.ROWS_OVERWRITTEN),
          memory: add(TALLY.ROWS_OCTETS),
          memoryLimit: workers.length * ROWS_OCTETS,
        },
        signedSets: {
          signed: add(TALLY.SETS_SIGNED),
          known: add(TALLY.SETS_KNOWN),
          stoodIn: add(TALLY.SETS_STOOD_IN),
        },
        pools: published.pools.map((pool) => {
          const earlier = before.get(keyOf(pool.name));
          const { catchments, chosen, addresses, refused } = addCounters(published.hits, pool);
          return {
            name: pool.name,
            answers: (earlier?.answers ?? 0) + total(catchments) + chosen,
            refused: (earlier?.refused ?? 0) + refused,
            ...(pool.chosen.length > 0 && { chosen: (earlier?.chosen ?? 0) + chosen }),
            catchments,
            addresses: addresses.map((own, i) => own + (earlier?.addresses.get(pool.keys[i] ?? '') ?? 0)),
          };
        }),
      };
    },
  };
}

/** What is counted of one table, and where. */
interface Counting {
  /** Those of the files. */
  readonly pools: readonly CountedPool[];
  /** By worker. */
  readonly hits: readonly Hits[];
}

/** With its addresses as texts, since the table's memory is for another one once everybody has left it. */
interface CountedPool extends KeyedPool {
  /** Among all of the table. */
  readonly number: number;
  readonly chosen: readonly ChosenCounters[];
}

function countedPools(all: readonly Countable[]): CountedPool[] {
  const keyed = all.map((pool) => ({ ...pool, keys: addressKeys(pool) }));
  const chosen = chosenCounters(keyed);
  return keyed.flatMap((pool, number) =>
    pool.name.chosenFrom === undefined ? { ...pool, number, chosen: chosen.get(number) ?? [] } : [],
  );
}

/** Answers and refusals by the key of a pool's name; of those answers, the ones to names that users chose, and the ones with each address. */
type Totals = Map<
  string,
  { answers: number; chosen: number; refused: number; readonly addresses: Map<string, number> }
>;

function copyOf(totals: Totals): Totals {
  return new Map(
    Array.from(totals, ([key, { addresses, ...sums }]) => [key, { ...sums, addresses: new Map(addresses) }]),
  );
}

function addAnswers(totals: Totals, { pools, hits }: Counting): void {
  for (const pool of pools) {
    const key = keyOf(pool.name);
    const sums = totals.get(key) ?? {
      answers: 0,
      chosen: 0,
      refused: 0,
      addresses: new Map<string, number>(),
    };
    const { catchments, chosen, addresses, refused } = addCounters(hits, pool);
    sums.answers += total(catchments) + chosen;
    sums.chosen += chosen;
    sums.refused += refused;
    for (const [i, address] of pool.keys.entries()) {
      sums.addresses.set(address, (sums.addresses.get(address) ?? 0) + (addresses[i] ?? 0));
    }
    totals.set(key, sums);
  }
}

/** What all workers counted for each catchment and each address of one pool, for names that users chose, and of refusals. */
function addCounters(
  hits: readonly Hits[],
  { number, counted, chosen }: CountedPool,
): {
  readonly catchments: number[];
  readonly chosen: number;
  readonly addresses: number[];
  readonly refused: number;
} {
  const sums: number[] = [];
  for (const worker of hits) {
    for (const [i, answers] of hitsOf(worker, number).entries()) sums[i] = (sums[i] ?? 0) + answers;
  }
  const addresses = sums.slice(counted, -1);
  const toChosen = hits.map((worker) => addChosen(chosen, worker, addresses));
  const refused = (sums.at(-1) ?? 0) + total(hits.map((worker) => refusedByChosen(chosen, worker)));
  return { catchments: sums.slice(0, counted), chosen: total(toChosen), addresses, refused };
}

/** The addresses of a pool as texts, equal where they are. */
function addressKeys({ addresses, addressLength }: Countable): string[] {
  const octets = Buffer.from(addresses.buffer, addresses.byteOffset, addresses.byteLength).toString('latin1');
  return Array.from({ length: octets.length / addressLength }, (_, i) =>
    octets.slice(i * addressLength, (i + 1) * addressLength),
  );
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function keyOf({ zone, owner, family }: PoolName): string {
  return `${family} ${zone} ${owner}`;
}
