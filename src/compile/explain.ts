/**
 * Why a client gets the answer it gets: its row, worked out by the same functions as the workers', with a reason for every
 * mirror that is not in it.
 */
import type { Family, Location } from '../facts.js';
import { type Address, embeddedIPv4 } from '../ip/address.js';
import { contains } from '../ip/prefix.js';
import { type Band, bandsOfList, createBandFormer, type Tier } from '../select/bands.js';
import { type Client, whyNot } from '../select/candidate.js';
import { distanceKm, toVector } from '../select/distance.js';
import type { Standing } from '../select/health-view.js';
import { GROWN } from '../select/slow-start.js';
import type { Mirror, Pool, Zone } from '../zone/model.js';
import { createCatchmentStore } from './catchment-store.js';
import { rowsOfClients } from './client-rows.js';
import { mirrorsIn, planGeography } from './pool-plan.js';

/** `explain --json`. */
export interface Explanation {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly client: ExplainedClient;
  /** Addresses in an answer. */
  readonly answers: number;
  /** The largest inclusion probability that any mirror may have here, and whether it had to be raised. */
  readonly cap: number;
  readonly cap_raised: boolean;
  readonly panic: boolean;
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
  readonly asn?: number;
  /** Bits of the client's address within which all get this answer. */
  readonly scope: number;
  /** The special-purpose block that it is in: as a client subnet it is ignored, and its resolver's address counts. */
  readonly special_purpose?: string;
}

export interface ExplainedCandidate {
  readonly mirror: string;
  readonly address: string;
  readonly distance_km?: number;
  /** 1 is the first. */
  readonly band: number;
  readonly tier: Tier;
  readonly weight: number;
  readonly probability: number;
  /** What else there is to say of how it stands. */
  readonly note?: string;
}

export interface ExplainQuestion {
  readonly zone: Zone;
  readonly pool: Pool;
  readonly family: Family;
  readonly client: {
    readonly address: Address;
    readonly location: Location;
    readonly asn?: number;
    readonly scope: number;
    /** The block that it is in, where that is why it is not located. */
    readonly specialPurpose?: string;
  };
  readonly placeOf: (mirror: Mirror) => Location;
  /** The pool and family are in panic as a whole. */
  readonly panic: boolean;
  /** How each address stands, in the order of the pool's seats, and what there is to say of it where it is not up. */
  readonly health: readonly AddressStanding[];
  /** Which order the members have (member-order.ts). */
  readonly epoch: number;
}

export interface AddressStanding {
  readonly standing: Standing;
  /** 1 to 10; absent: grown. */
  readonly growth?: number;
  readonly reason?: string;
}

/** Explains what the pool answers to the client in one family. */
export function explainPool(question: ExplainQuestion): Explanation {
  const { zone, pool, family, client, placeOf, health, epoch } = question;
  const members = mirrorsIn(zone, pool, family);
  const plan = planGeography(pool, members, placeOf);
  const candidate = selectionClient(client, plan.networks);
  const list = createBandFormer(plan.candidates, plan.settings).list(candidate);
  const bands = bandsOfList(list, plan.candidates.length);
  const seats = members.map((mirror) => ({
    mirror: mirror.name,
    weight: mirror.weight,
    addresses: mirror.addresses.filter((address) => address.family === family),
  }));
  const store = createCatchmentStore(seats.length);
  const catchment = store.add(list);
  const row = rowsOfClients({
    owner: pool.owner,
    seats,
    catchments: store.all(),
    answers: pool.answers,
    maxShare: pool.maxShare,
    health: health.map(({ standing, growth }) => ({ standing, growth: growth ?? GROWN })),
    epoch,
  })(catchment);
  const candidates: ExplainedCandidate[] = [];
  const excluded: Explanation['excluded'][number][] = [];
  let record = 0;
  for (const [seat, { mirror, weight, addresses }] of seats.entries()) {
    const place = bandOf(bands, seat);
    const seated = plan.candidates[seat];
    const barred = seated === undefined ? undefined : whyNot(seated, candidate);
    const first = record;
    const counted = addresses.filter((_, i) => health[first + i]?.standing === row.standing).length;
    for (const address of addresses) {
      const number = record++;
      const answered = health[number]?.standing === row.standing;
      if (place === undefined || barred !== undefined) {
        excluded.push({ mirror, address: address.text, reason: barred ?? 'in no band' });
      } else if (!answered) {
        excluded.push({ mirror, address: address.text, reason: health[number]?.reason ?? 'down' });
      } else {
        candidates.push({
          mirror,
          address: address.text,
          ...distance(candidate, seated),
          ...place,
          weight,
          // A mirror's probability is shared by those of its addresses that are answered.
          probability: (row.parts[seat] ?? 0) / counted,
          ...noted(health[number]),
        });
      }
    }
  }
  for (const { mirror: number } of pool.members) {
    const mirror = zone.mirrors[number];
    if (mirror === undefined || members.includes(mirror)) continue;
    excluded.push(...unseated(mirror, family));
  }
  candidates.sort((a, b) => a.band - b.band || (a.distance_km ?? 0) - (b.distance_km ?? 0));
  return {
    name: pool.owner,
    type: family === 'ipv4' ? 'A' : 'AAAA',
    client: explainClient(client),
    answers: row.n,
    cap: row.cap,
    cap_raised: row.isRaised,
    panic: question.panic || row.standing !== 'up',
    candidates,
    excluded,
  };
}

function selectionClient(
  { address, location, asn }: ExplainQuestion['client'],
  networks: ReturnType<typeof planGeography>['networks'],
): Client {
  const where = embeddedIPv4(address);
  return {
    ...(location.country !== undefined && { country: location.country }),
    ...(location.point !== undefined && { point: toVector(location.point) }),
    ...(asn !== undefined && { asn }),
    networks: [...networks.keys()].filter((id) => {
      const prefix = networks[id];
      return prefix !== undefined && contains(prefix, where);
    }),
  };
}

function noted(health: AddressStanding | undefined): { note?: string } {
  return health?.reason === undefined ? {} : { note: health.reason };
}

function bandOf(bands: readonly Band[], seat: number): { band: number; tier: Tier } | undefined {
  const index = bands.findIndex(({ members }) => members.includes(seat));
  const band = bands[index];
  return band === undefined ? undefined : { band: index + 1, tier: band.tier };
}

function distance(client: Client, candidate: Pick<Client, 'point'> | undefined): { distance_km?: number } {
  if (client.point === undefined || candidate?.point === undefined) return {};
  return { distance_km: Math.round(distanceKm(client.point, candidate.point) * 10) / 10 };
}

function unseated(mirror: Mirror, family: Family): Explanation['excluded'][number][] {
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
  const { address, location, asn, scope, specialPurpose } = client;
  return {
    ip: address.text,
    ...(location.country !== undefined && { country: location.country }),
    ...(location.point !== undefined && location.point),
    ...(asn !== undefined && { asn }),
    scope,
    ...(specialPurpose !== undefined && { special_purpose: specialPurpose }),
  };
}
