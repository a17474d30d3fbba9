/**
 * A zone as the rest of the program knows it: every default filled in, every reference followed, every text already
 * bytes. Plain objects, so that it can be handed between threads. Whoever holds a `Zone` need check nothing again.
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
  /** Seconds; for pool answers. */
  readonly ttl: number;
  readonly pools: readonly Pool[];
  readonly mirrors: readonly Mirror[];
  readonly orders: readonly StatedOrder[];
  /** Special-purpose networks that host names of mirrors and redirects may lead into. */
  readonly specialAddresses: readonly Prefix[];
  readonly records: readonly StaticRrset[];
  /** The name, absolute and lower case, that tells clients what the server sees of them; absent: there is none. */
  readonly reflect?: string;
  /** Those that have ended too. */
  readonly overrides: readonly StatedOverride[];
  /** It is signed, with the keys in the file at this path, as the operator wrote it; absent: it is not. */
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
  /** The owner name as the file has it, relative to the zone; "@" is the apex. */
  readonly name: string;
  /** The owner name, absolute, lower case, no trailing dot. */
  readonly owner: string;
  /** Addresses in an answer, 1 to 8. */
  readonly answers: number;
  /** Above 0, at most 1. */
  readonly maxShare: number;
  /** The largest part of all its traffic for one mirror, above 0, at most 1; absent: as it comes. */
  readonly maxWorldShare?: number;
  /** Kilometres, 0 to 20037 and more. */
  readonly nearKm: number;
  readonly sameCountryFirst: boolean;
  /** 0 to 1. */
  readonly panicThreshold: number;
  readonly panic: PanicAction;
  /** Asked before a verdict may fall; none: it may always. */
  readonly canaries: readonly Canary[];
  /** Milliseconds in which a mirror that came back grows to its whole part; 0: at once. */
  readonly slowStart: number;
  /** Seconds, at most the zone's `ttl`: the least TTL of answers that may soon be others. */
  readonly ttlMin: number;
  readonly order?: PoolOrder;
  /** Those of its clients for whom it has anybody. */
  readonly admits: ClientRules;
  /** By what users may choose among its mirrors, each by names below its own. */
  readonly choose: readonly Choice[];
  /** Clients that it refuses, and how. */
  readonly refuse?: Refusal;
  /** In a signed zone: that it may have nobody for some client is what the operator wants. */
  readonly mayBeEmpty: boolean;
  /** At least one, in the order of the file. */
  readonly members: readonly Member[];
}

export type Choice = 'country' | 'continent' | 'mirror';

/** The order that a pool goes by, and where its mirrors come that are not in the client's list. */
export interface PoolOrder extends StatedOrder {
  readonly others: 'nearest' | 'never';
}

/** An operator's preference among mirrors. */
export interface StatedOrder {
  readonly name: string;
  /** No two for the same clients. */
  readonly lists: readonly OrderList[];
}

/** Mirrors for some clients. */
export type OrderList = OrderClients & {
  /** Names; the mirrors of an entry are equals. At least one in each, and none twice. */
  readonly entries: readonly (readonly string[])[];
};

/** Countries are ISO 3166-1 alpha-2, subdivisions ISO 3166-2. */
export type OrderClients =
  | { readonly by: 'networks'; readonly key: Prefix }
  | { readonly by: 'asn'; readonly key: number }
  | { readonly by: 'subdivisions' | 'countries' | 'continents'; readonly key: string }
  | { readonly by: 'default' };

/** Whoever is in one of the lists gets `rcode` in place of addresses. */
export interface Refusal {
  readonly countries: readonly string[];
  readonly asn: readonly number[];
  readonly networks: readonly Prefix[];
  readonly rcode: 'refused' | 'nxdomain' | 'nodata';
  /** What there is to say of it, at most 120 octets; empty: nothing. */
  readonly text: string;
}

/** An address that should always answer. */
export type Canary = {
  /** As the file has it. */
  readonly text: string;
  /** An address, or, where there is no family, a name. */
  readonly host: string;
  /** Absent: of both. */
  readonly family?: Family;
  readonly port: number;
} & ({ readonly type: 'tcp' } | { readonly type: 'http' | 'https'; readonly path: string });

/** A mirror in one pool, and how it is probed there (the pool's probes with the mirror's own keys over them). */
export interface Member {
  /** Index into the zone's `mirrors`. */
  readonly mirror: number;
  /** At least one; it is up when all of them say so. */
  readonly probes: readonly Probe[];
  /** How it is asked for its own say; absent: it has none. */
  readonly selfWeight?: HttpProbe;
}

/** What the file says over all probes of some mirrors. */
export interface StatedOverride {
  /** Names; at least one. */
  readonly mirrors: readonly string[];
  readonly state: 'down' | 'up';
  readonly reason: string;
  /** When it ends, in milliseconds since 1970; absent: when it is taken out of the file. */
  readonly until?: number;
  readonly by?: string;
}

export interface Mirror {
  readonly name: string;
  /** Of either family, in the order of the file: at least one, unless it is known by a name that has none yet. */
  readonly addresses: readonly Address[];
  /** Where its addresses come from, absolute; absent: from the file. */
  readonly hostname?: string;
  /** 0: disabled, never answered. */
  readonly weight: number;
  /** In place of its pools'. */
  readonly maxWorldShare?: number;
  /** Answered only where fewer others stand than an answer has addresses. */
  readonly backup: boolean;
  readonly location: StatedLocation;
  /** AS numbers whose clients come here first. */
  readonly asn: readonly number[];
  /** Clients in these come here and nowhere else while it is up. */
  readonly networks: readonly Prefix[];
  /** The clients that may be sent here; all of them where a rule is absent. */
  readonly admits: ClientRules;
  readonly notes?: string;
  readonly email?: string;
}

/** What the operator says of a mirror's place; any part may be absent. Latitude and longitude come together. */
export interface StatedLocation {
  readonly country?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/**
 * The clients that are admitted: all where a rule is absent, else those whom every rule that is there admits. Countries are
 * ISO 3166-1 alpha-2, upper case. Of `only` and `except` for the same, only one is ever present.
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
  /** One of RECORD_FORMS (record-forms.ts); any other as TYPE44, its data RAW. */
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  readonly data: readonly RecordData[];
}
