/**
 * A zone as the rest of the program knows it: defaults filled in, references resolved, texts converted to bytes. Plain
 * objects, so that they can be passed between threads. Code that gets a `Zone` need not check anything again.
 */

import type { Address } from '../ip/address.js';
import type { Prefix } from '../ip/prefix.js';
import type { Family, PanicAction } from '../platform/types.js';
import type { HttpProbe } from './http-probe-keys.js';
import type { Probe } from './probe-forms.js';
import type { RecordData } from './record-text.js';

export interface Zone {
  /** The zone's name: lower case, no trailing dot. */
  readonly name: string;
  /** The file it was read from, as the operator named it. */
  readonly file: string;
  /** Name servers, absolute, no trailing dot. */
  readonly ns: readonly string[];
  readonly soa: Soa;
  /** Seconds; for answers from pools. */
  readonly ttl: number;
  readonly pools: readonly Pool[];
  readonly mirrors: readonly Mirror[];
  readonly orders: readonly StatedOrder[];
  /** Special-purpose networks that mirrors' host names and redirects may lead into. */
  readonly specialAddresses: readonly Prefix[];
  readonly records: readonly StaticRrset[];
  /** The name, absolute and in lower case, that tells clients what the server sees of them. Absent: there is none. */
  readonly reflect?: string;
  /** Overrides, including those that have ended. */
  readonly overrides: readonly StatedOverride[];
  /** The zone is signed with the keys in the file at this path, as the operator wrote it. Absent: it is not signed. */
  readonly dnssec?: { readonly key: string };
}

/** Names absolute without trailing dot; times in seconds. */
export interface Soa {
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
  readonly ttl: number;
}

export interface Pool {
  /** The owner name as in the file, relative to the zone; "@" is the apex. */
  readonly name: string;
  /** The owner name, absolute, lower case, no trailing dot. */
  readonly owner: string;
  /** Addresses in an answer, 1 to 8. */
  readonly answers: number;
  /** Above 0, at most 1. */
  readonly maxShare: number;
  /** The largest part of all its traffic for one mirror, above 0, at most 1. Absent: no limit. */
  readonly maxWorldShare?: number;
  /** Kilometres, 0 to 20037 and more. */
  readonly nearKm: number;
  readonly sameCountryFirst: boolean;
  /** 0 to 1. */
  readonly panicThreshold: number;
  readonly panic: PanicAction;
  /** Checked before a verdict may fall. Empty: it may always fall. */
  readonly canaries: readonly Canary[];
  /** Milliseconds in which a mirror that came back grows to its full share. 0: at once. */
  readonly slowStart: number;
  /** Seconds, at most the zone's `ttl`: the lowest TTL of answers that may soon change. */
  readonly ttlMin: number;
  readonly order?: PoolOrder;
  /** The clients for whom it has mirrors. */
  readonly admits: ClientRules;
  /** What users may choose mirrors by, through names below the pool's own. */
  readonly choose: readonly Choice[];
  /** Clients that it refuses, and how. */
  readonly refuse?: Refusal;
  /** The operator accepts that it may have no mirror for some clients. */
  readonly mayBeEmpty: boolean;
  /** At least one, in the order of the file. */
  readonly members: readonly Member[];
}

export type Choice = 'country' | 'continent' | 'mirror';

/** The order that a pool uses, and the place of mirrors that are not in the client's list. */
export interface PoolOrder extends StatedOrder {
  readonly others: 'nearest' | 'never';
}

/** An operator's preference among mirrors. */
export interface StatedOrder {
  readonly name: string;
  /** No two are for the same clients. */
  readonly lists: readonly OrderList[];
}

/** Mirrors for some clients. */
export type OrderList = OrderClients & {
  /** Names; the mirrors of an entry are equals. Each entry has at least one, and none is listed twice. */
  readonly entries: readonly (readonly string[])[];
};

/** Countries are ISO 3166-1 alpha-2, subdivisions ISO 3166-2. */
export type OrderClients =
  | { readonly by: 'networks'; readonly key: Prefix }
  | { readonly by: 'asn'; readonly key: number }
  | { readonly by: 'subdivisions' | 'countries' | 'continents'; readonly key: string }
  | { readonly by: 'default' };

/** Clients in one of the lists get `rcode` instead of addresses. */
export interface Refusal {
  readonly countries: readonly string[];
  readonly asn: readonly number[];
  readonly networks: readonly Prefix[];
  readonly rcode: 'refused' | 'nxdomain' | 'nodata';
  /** A text about the refusal, at most 120 octets. Empty: none. */
  readonly text: string;
}

/** An address that should always answer. */
export type Canary = {
  /** As in the file. */
  readonly text: string;
  /** An address or, if there is no family, a name. */
  readonly host: string;
  /** Absent: both. */
  readonly family?: Family;
  readonly port: number;
} & ({ readonly type: 'tcp' } | { readonly type: 'http' | 'https'; readonly path: string });

/** A mirror in one pool, and how it is probed there: the pool's probes with the mirror's own keys over them. */
export interface Member {
  /** Index into the zone's `mirrors`. */
  readonly mirror: number;
  /** At least one; the mirror is up when all of them say so. */
  readonly probes: readonly Probe[];
  /** How it is asked for the weight that it wants. Absent: it is not asked. */
  readonly selfWeight?: HttpProbe;
}

/** What the file states over all probes of some mirrors. */
export interface StatedOverride {
  /** Names; at least one. */
  readonly mirrors: readonly string[];
  readonly state: 'down' | 'up';
  readonly reason: string;
  /** When it ends, in milliseconds since 1970. Absent: when it is removed from the file. */
  readonly until?: number;
  readonly by?: string;
}

export interface Mirror {
  readonly name: string;
  /** Of either family, in the order of the file. At least one, unless it has a host name that has no addresses yet. */
  readonly addresses: readonly Address[];
  /** The absolute name that its addresses come from. Absent: they are in the file. */
  readonly hostname?: string;
  /** 0: disabled, never answered. */
  readonly weight: number;
  /** Replaces the value of its pools. */
  readonly maxWorldShare?: number;
  /** Answered only if fewer other mirrors are available than an answer has addresses. */
  readonly backup: boolean;
  readonly location: StatedLocation;
  /** AS numbers whose clients are sent here first. */
  readonly asn: readonly number[];
  /** Clients in these networks are sent here and nowhere else while it is up. */
  readonly networks: readonly Prefix[];
  /** The clients that may be sent here. A rule that is absent admits all. */
  readonly admits: ClientRules;
  readonly notes?: string;
  readonly email?: string;
}

/** What the operator states about a mirror's place; any part may be absent. Latitude and longitude are given together. */
export interface StatedLocation {
  readonly country?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/**
 * The clients that are admitted: those that every rule admits. A rule that is absent admits all. Countries are ISO 3166-1
 * alpha-2, upper case. `only` and `except` of the same kind are never both present.
 */
export interface ClientRules {
  readonly onlyCountries?: readonly string[];
  readonly exceptCountries?: readonly string[];
  readonly onlyAsn?: readonly number[];
  readonly exceptAsn?: readonly number[];
  readonly onlyNetworks?: readonly Prefix[];
  readonly exceptNetworks?: readonly Prefix[];
}

/** One RRset of the zone file's `records`. */
export interface StaticRrset {
  /** Absolute, lower case, no trailing dot; may start with `*.`. */
  readonly owner: string;
  /** One of RECORD_FORMS (record-forms.ts). Any other type is written like TYPE44, its data RAW. */
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  readonly data: readonly RecordData[];
}
