/**
 * What answering needs of the pools: their rules, addresses and geographies, as numbers in memory that all threads share.
 * The arrays of one kind lie back to back for all pools: with a thousand pools, separate ones would each cost a page.
 */
import { catchmentCount } from '../answer/catchments.js';
import { poolStateWords } from '../answer/pool-state.js';
import { PANIC_ACTIONS, type PoolTable, type SigningKey } from '../answer/table.js';
import type { ZoneKey } from '../dnssec/keys.js';
import type { Geography } from './map/geography.js';
import type { PoolPlan } from './pool-plan.js';
import type { ZoneSigning } from './zones/signed-zone.js';

/** The most counters of all pools of the files together: a status report adds them up for every worker, and lists them. */
const ALL_COUNTERS = 1 << 16;

export interface PoolTables {
  readonly pools: readonly PoolTable[];
  /** Room for the state of all pools: zeros. */
  readonly state: Int32Array;
}

/** Returns the tables of all pools. `signings` says, by zone, how signed zones are signed. */
export function layOutPools(
  plans: readonly PoolPlan[],
  geographies: readonly Geography[],
  signings: ReadonlyMap<string, ZoneSigning> = new Map(),
): PoolTables {
  const candidates = plans.reduce((sum, { members }) => sum + members.length, 0);
  const octetsOf = ({ members }: PoolPlan): number =>
    members.reduce(
      (sum, { addresses }) => sum + addresses.reduce((own, { bytes }) => own + bytes.length, 0),
      0,
    );
  const weights = new Float64Array(new SharedArrayBuffer(candidates * 8));
  const byWeight = new Uint32Array(new SharedArrayBuffer(candidates * 4));
  const firsts = new Uint32Array(new SharedArrayBuffer((candidates + plans.length) * 4));
  const octets = new Uint8Array(new SharedArrayBuffer(plans.reduce((sum, plan) => sum + octetsOf(plan), 0)));
  const ofFiles = plans.filter(({ chosenFrom }) => chosenFrom === undefined).length;
  let candidate = 0;
  let first = 0;
  let octet = 0;
  let stateAt = 0;
  const pools = plans.map((plan): PoolTable => {
    const { zone, owner, family, chosenFrom, members, answers, maxShare, panic, refusal, ttl } = plan;
    const geography = geographies[plan.geography];
    if (geography === undefined) throw new RangeError(`the pool ${owner} has no geography`);
    const own = {
      weights: weights.subarray(candidate, candidate + members.length),
      byWeight: byWeight.subarray(candidate, candidate + members.length),
      firstAddress: firsts.subarray(first, first + members.length + 1),
      addresses: new DataView(octets.buffer, octet, octetsOf(plan)),
      stateAt,
    };
    let addresses = 0;
    for (const [i, member] of members.entries()) {
      own.weights[i] = member.weight;
      own.firstAddress[i] = addresses;
      addresses += member.addresses.length;
      for (const { bytes } of member.addresses) {
        octets.set(bytes, octet);
        octet += bytes.length;
      }
    }
    own.firstAddress[members.length] = addresses;
    own.byWeight.set([...members.keys()].sort((a, b) => (own.weights[b] ?? 0) - (own.weights[a] ?? 0)));
    candidate += members.length;
    first += members.length + 1;
    stateAt += poolStateWords(addresses);
    const { table, catchments } = geography;
    const key = signings.get(zone)?.keys.signing;
    return {
      ...table,
      name: { zone, owner, family, ...(chosenFrom !== undefined && { chosenFrom }) },
      counted: chosenFrom === undefined ? countersOf(geography, ofFiles) : 1,
      catchments,
      answers,
      maxShare,
      panic: PANIC_ACTIONS.indexOf(panic),
      ttl,
      refusalText: refusal?.text ?? '',
      ...(key !== undefined && { signing: signingKeyOf(key) }),
      addressLength: family === 'ipv4' ? 4 : 16,
      ...own,
    };
  });
  return { pools, state: new Int32Array(new SharedArrayBuffer(stateAt * 4)) };
}

/** How many counters each of `pools` pools of the files has with this geography: one for each catchment, or one for all. */
function countersOf({ catchments }: Geography, pools: number): number {
  const count = catchmentCount(catchments);
  return count <= ALL_COUNTERS / pools ? count : 1;
}

function signingKeyOf({ algorithm, tag, privateKey }: ZoneKey): SigningKey {
  return { algorithm, tag, privateKey };
}
