/**
 * Why a client gets its answer: its row, worked out by the functions that workers use, and a reason for every mirror that is
 * not in it.
 */

import { NOBODY, NOBODY_UP } from '../answer/finish.js';
import { type Address, embeddedIPv4 } from '../ip/address.js';
import { contains } from '../ip/prefix.js';
import type { Family, Location, PanicAction, Region } from '../platform/types.js';
import { type Band, bandsOfList, type Tier } from '../select/band-list.js';
import { type Client, whyNot } from '../select/candidate.js';
import { distanceKm, toVector } from '../select/distance.js';
import type { AddressState } from '../select/health-view.js';
import { createClientFormer, refusedBy } from '../select/refused.js';
import { GROWN } from '../select/slow-start.js';
import type { Mirror, Pool, Zone } from '../zone/model.js';
import { rowsOfClients } from './client-rows.js';
import { describeOrder, type ExplainedOrder, explainOrder } from './explain-order.js';
import { createCatchmentStore } from './map/catchment-store.js';
import { type GeographyPlan, memberOf, mirrorsIn, planGeography } from './pool-plan.js';

/** `explain --json`. */
export interface Explanation {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly client: ExplainedClient;
  /** The pool's order, if it has one. */
  readonly order?: ExplainedOrder;
  /** Addresses in an answer. */
  readonly answers: number;
  /** The largest inclusion probability that any mirror may have here, and whether it had to be raised. */
  readonly cap: number;
  readonly cap_raised: boolean;
  readonly panic: boolean;
  /** What the pool does in panic. */
  readonly panic_action: PanicAction;
  /** What the client gets instead of addresses. */
  readonly instead?: 'SERVFAIL' | 'REFUSED' | 'NXDOMAIN' | 'NODATA';
  /** The text of the extended error that comes with SERVFAIL. */
  readonly extended_error?: string;
  /** Why the client is refused, for example `countries: DE`. */
  readonly refused?: string;
  readonly candidates: readonly ExplainedCandidate[];
  readonly excluded: readonly {
    readonly mirror: string;
    readonly address: string | null;
    readonly reason: string;
  }[];
}

export interface ExplainedClient {
  readonly ip: string;
  readonly country?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly continent?: string;
  readonly subdivision?: string;
  readonly asn?: number;
  /** Bits of the client's address within which all clients get this answer. */
  readonly scope: number;
  /** The special-purpose block that it is in. Such a client subnet is ignored, and the resolver's address counts. */
  readonly special_purpose?: string;
}

export interface ExplainedCandidate {
  readonly mirror: string;
  readonly address: string;
  readonly distance_km?: number;
  /** 1 is the first band. */
  readonly band: number;
  readonly tier: Tier;
  readonly weight: number;
  readonly probability: number;
  /** Further remarks on its state. */
  readonly note?: string;
}

export interface ExplainQuestion {
  readonly zone: Zone;
  readonly pool: Pool;
  readonly family: Family;
  readonly client: {
    readonly address: Address;
    readonly location: Location;
    readonly region: Region;
    readonly asn?: number;
    readonly scope: number;
    /** The special-purpose block that it is in, if that is why it is not located. */
    readonly specialPurpose?: string;
  };
  readonly placeOf: (mirror: Mirror) => Location;
  /** Whether the pool is in panic as a whole in this family. */
  readonly panic: boolean;
  /** The state of each address, in the order of the pool's members, with a reason if it is not up. */
  readonly health: readonly AddressReason[];
  /** The epoch of the members' order (member-order.ts). */
  readonly epoch: number;
}

export interface AddressReason {
  readonly state: AddressState;
  /** 1 to 10; absent: grown. */
  readonly growth?: number;
  /** The factor on its weight and cap, above 0, at most 1; absent: 1. */
  readonly factor?: number;
  readonly reason?: string;
}

/** Explains the pool's answer to the client in one family. */
export function explainPool(question: ExplainQuestion): Explanation {
  const { zone, pool, family, client, placeOf, health, epoch } = question;
  const mirrors = mirrorsIn(zone, pool, family);
  const plan = planGeography(pool, mirrors, placeOf);
  const candidate = selectionClient(client, plan.networks);
  const list = createClientFormer(plan).list(candidate);
  const bands = bandsOfList(list, plan.candidates.length);
  const members = mirrors.map((mirror) => memberOf(mirror, family));
  const store = createCatchmentStore(members.length);
  const catchment = store.add(list);
  const row = rowsOfClients({
    owner: pool.owner,
    members,
    catchments: store.all(),
    answers: pool.answers,
    maxShare: pool.maxShare,
    panic: pool.panic,
    health: health.map(({ state, growth = GROWN, factor = 1 }) => ({ state, growth, factor })),
    epoch,
  })(catchment);
  const backupsAlone =
    pool.panic === 'backup' && row.state !== 'up' && members.some(({ backup }, i) => backup && row.parts[i]);
  const order = explainOrder(plan, candidate);
  const refused = row.isRefused ? describeRefusal(pool, plan, candidate, members.length > 0) : undefined;
  const candidates: ExplainedCandidate[] = [];
  const excluded: Explanation['excluded'][number][] = [];
  let record = 0;
  for (const [member, { mirror, weight, backup, addresses }] of members.entries()) {
    const place = bandOf(bands, member);
    const candidateOf = plan.candidates[member];
    const barred = candidateOf === undefined ? undefined : whyNot(candidateOf, candidate);
    const first = record;
    const counted = addresses.filter((_, i) => health[first + i]?.state === row.state).length;
    for (const address of addresses) {
      const number = record++;
      const answered = health[number]?.state === row.state && !row.isFailed && (backup || !backupsAlone);
      if (place === undefined || barred !== undefined) {
        excluded.push({ mirror, address: address.text, reason: barred ?? notListed(order) });
      } else if (!answered) {
        excluded.push({
          mirror,
          address: address.text,
          reason: health[number]?.reason ?? 'up, but in panic',
        });
      } else {
        candidates.push({
          mirror,
          address: address.text,
          ...distance(candidate, candidateOf),
          ...place,
          weight,
          // A mirror's probability is divided among those of its addresses that are answered.
          probability: (row.parts[member] ?? 0) / counted,
          ...noted(backup ? backupNote(pool, row.parts[member]) : undefined, health[number]?.reason),
        });
      }
    }
  }
  for (const { mirror: number } of pool.members) {
    const mirror = zone.mirrors[number];
    if (mirror === undefined || mirrors.includes(mirror)) continue;
    excluded.push(...outsiderOf(mirror, family));
  }
  // For a refused client, the mirrors' own reasons do not matter.
  if (refused !== undefined) excluded.length = 0;
  candidates.sort((a, b) => a.band - b.band || byDistance(a, b));
  return {
    name: pool.owner,
    type: family === 'ipv4' ? 'A' : 'AAAA',
    client: explainClient(client),
    ...(order !== undefined && { order }),
    answers: row.n,
    cap: row.cap,
    cap_raised: row.isRaised,
    panic: question.panic || row.state !== 'up',
    panic_action: pool.panic,
    ...failureOf(zone, row, members.length > 0),
    ...refused,
    candidates,
    excluded,
  };
}

function selectionClient(
  { address, location, region, asn }: ExplainQuestion['client'],
  networks: ReturnType<typeof planGeography>['networks'],
): Client {
  const where = embeddedIPv4(address);
  return {
    ...(location.country !== undefined && { country: location.country }),
    ...(location.point !== undefined && { point: toVector(location.point) }),
    ...(asn !== undefined && { asn }),
    region,
    networks: [...networks.keys()].filter((id) => {
      const prefix = networks[id];
      return prefix !== undefined && contains(prefix, where);
    }),
  };
}

/**
 * Whether the client is told to ask another server: no mirror is up; or, in a signed zone, there are mirrors but none for
 * this client.
 */
function failureOf(
  { dnssec }: Zone,
  { isFailed, isRefused, n }: { readonly isFailed: boolean; readonly isRefused: boolean; readonly n: number },
  hasMirrors: boolean,
): Pick<Explanation, 'instead' | 'extended_error'> {
  const isNobodyHis = dnssec !== undefined && hasMirrors && n === 0 && !isRefused;
  if (!isFailed && !isNobodyHis) return {};
  return { instead: 'SERVFAIL', extended_error: (isFailed ? NOBODY_UP : NOBODY).toString() };
}

/** Why a mirror that its rules do not bar is in no band: only the order can exclude it. */
function notListed(order: ExplainedOrder | undefined): string {
  return order === undefined ? 'in no band' : `others: never; not in ${describeOrder(order)}`;
}

/**
 * How a client is refused, and why. A family without mirrors has no answer to refuse, unless the refusal denies the name.
 */
function describeRefusal(
  { refuse }: Pool,
  { refused, networks }: GeographyPlan,
  client: Client,
  hasMirrors: boolean,
): Pick<Explanation, 'instead' | 'refused'> | undefined {
  const by = refused && refusedBy(refused, client);
  if (refuse === undefined || by === undefined || !(hasMirrors || refuse.rcode === 'nxdomain'))
    return undefined;
  const item = by.list === 'networks' ? networks[by.item]?.text : by.item;
  return { instead: INSTEAD[refuse.rcode], refused: `${by.list}: ${item}` };
}

const INSTEAD = { refused: 'REFUSED', nxdomain: 'NXDOMAIN', nodata: 'NODATA' } as const;

function noted(...notes: readonly (string | undefined)[]): { note?: string } {
  const said = notes.filter((note) => note !== undefined);
  return said.length === 0 ? {} : { note: said.join('; ') };
}

function backupNote({ answers }: Pool, part = 0): string {
  return part > 0 ? `backup: fewer than ${answers} others stand` : 'backup: others fill the answer';
}

function bandOf(bands: readonly Band[], member: number): { band: number; tier: Tier } | undefined {
  const index = bands.findIndex(({ members }) => members.includes(member));
  const band = bands[index];
  return band === undefined ? undefined : { band: index + 1, tier: band.tier };
}

function distance(client: Client, candidate: Pick<Client, 'point'> | undefined): { distance_km?: number } {
  if (client.point === undefined || candidate?.point === undefined) return {};
  return { distance_km: Math.round(distanceKm(client.point, candidate.point) * 10) / 10 };
}

/** An unknown place is farther than any other. */
function byDistance(
  { distance_km: a = Infinity }: Pick<ExplainedCandidate, 'distance_km'>,
  { distance_km: b = Infinity }: Pick<ExplainedCandidate, 'distance_km'>,
): number {
  return a === b ? 0 : a - b;
}

function outsiderOf(mirror: Mirror, family: Family): Explanation['excluded'][number][] {
  const addresses = mirror.addresses.filter((address) => address.family === family);
  if (addresses.length === 0) {
    return [
      { mirror: mirror.name, address: null, reason: `has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address` },
    ];
  }
  return addresses.map(({ text }) => ({
    mirror: mirror.name,
    address: text,
    reason: 'disabled: weight is 0',
  }));
}

function explainClient(client: ExplainQuestion['client']): ExplainedClient {
  const { address, location, region, asn, scope, specialPurpose } = client;
  return {
    ip: address.text,
    ...(location.country !== undefined && { country: location.country }),
    ...(location.point !== undefined && location.point),
    ...region,
    ...(asn !== undefined && { asn }),
    scope,
    ...(specialPurpose !== undefined && { special_purpose: specialPurpose }),
  };
}
