/**
 * Bands: the mirrors that a client may be sent to, sorted by preference. They are formed from all candidates whatever their
 * health, so that catchments and ECS scopes change only with zones and databases.
 *
 * In this order: the mirrors that list the client's network; those in the list that the pool's order has for it, one band
 * per entry; those that list its AS; with `sameCountryFirst` those in its country; all others. Within each of the last three
 * the bands go outward by distance. The list ends with the band that brings it to 2 × answers mirrors, counted over all
 * bands. All remaining mirrors are in one last band.
 * An unknown place is farther than any other, so it is in the last band too. A client without a point is equally near
 * to everything.
 *
 * A compilation forms bands for hundreds of thousands of locations. So a former keeps its arrays, and it does not sort: it
 * looks only for the 2 × answers nearest sites, since every listed band starts at one of them.
 */
import { type Band, type BandList, bandsOfList, listWriter, type Tier } from './band-list.js';
import { admits, type Candidate, type Client } from './candidate.js';
import { EARTH_RADIUS_KM, kmOfSquaredChord, squaredChordOfKm } from './distance.js';
import { findNearest, measure } from './nearest.js';
import { codeEntries, matchFinder, mostEntries, NO_ENTRY, type Order } from './order.js';
import { createPatternMemo } from './pattern-memo.js';
import { reachKm } from './reach.js';
import { groupSites } from './sites.js';

export interface BandSettings {
  /** Addresses in an answer, at least 1. */
  readonly answers: number;
  /** Kilometres, 0 or more. */
  readonly nearKm: number;
  readonly sameCountryFirst: boolean;
  /** The order that the candidates' `entries` refer to. */
  readonly order?: Order;
}

/** Forms the bands of one pool and family for any client. Not reentrant: its arrays are reused. */
export interface BandFormer {
  /** The bands of this client, outward; empty if no candidate admits it. */
  bands(client: Client): Band[];
  /** The same as a list. It is valid until the next call, which reuses its arrays. */
  list(client: Client): BandList;
  /**
   * If there are few sites, a number for the client's bands: 0 for the first bands that were asked for, and so on. Looking
   * up a list would take longer than everything else.
   */
  key(client: Client): number | undefined;
  /**
   * A radius in kilometres around the client of the last call, within which other clients of its country, region, AS and
   * networks have the same bands. It is a lower bound; it saves asking for near places one by one.
   */
  slack(): number;
}

/** The bands of one client. For many clients, use one `createBandFormer`. */
export function formBands(candidates: readonly Candidate[], client: Client, settings: BandSettings): Band[] {
  return createBandFormer(candidates, settings).bands(client);
}

// What a site is to the current client. The first two are also the codes of "in no band" and of the network band.
const OUT = 0;
const NETWORK = 1;
const ORDERED = 2;
const ASN = 3;
const COUNTRY = 4;
const OTHER = 5;

/** Formers of at most this many sites have keys. */
const KEYED_SITES = 64;

export function createBandFormer(candidates: readonly Candidate[], settings: BandSettings): BandFormer {
  const { count, siteOf, sizes, places, byCountry, byAsn, byNetwork, lists, guarded } =
    groupSites(candidates);
  const { order } = settings;
  const write = listWriter(siteOf, sizes);
  const wanted = 2 * settings.answers;
  const findMatch = order === undefined ? undefined : matchFinder(order);
  /** By site, its entry in the list that the order has for the client; undefined if it has none. */
  let entries: Int32Array | undefined;
  /** By entry: the code of its band. */
  const entryCodes = new Uint16Array(mostEntries(lists));
  /** By site: its kin to the client, its distance (as the square of a chord), and the code of its band. */
  const kins = new Uint8Array(count);
  /** Whether all sites are OTHER, as for most clients. */
  let areOthers = false;
  /** By kin: 0 if this client has no such sites, and the search for them is skipped. Most clients have none of their AS. */
  const isThere = new Uint8Array(OTHER + 1).fill(1);
  const squares = new Float64Array(count);
  const codes = new Uint16Array(count);
  const keys = count > KEYED_SITES ? undefined : createPatternMemo(count);
  /** The nearest sites of one kin, in order. */
  const nearest = new Uint32Array(wanted);
  const squareOf = (i: number): number => squares[nearest[i] ?? 0] ?? 0;
  /** By code, how far a band reaches; and by kin, its first code and the one after its last. */
  const most = entryCodes.length + wanted + 2;
  const limits = new Float64Array(most);
  const from = new Uint16Array(OTHER + 1);
  const to = new Uint16Array(OTHER + 1);
  /** By code, for `slack`: how many sites a band has, its farthest site, and the nearest site beyond its limit. */
  const inside = new Uint32Array(most);
  const farther = new Float64Array(most);
  const beyond = new Float64Array(most);

  /** Sets the kin of each site. Returns the number of mirrors that list the client's network or are in its list. */
  const sortByKin = (client: Client): number => {
    const { country, asn, networks } = client;
    const inCountry = settings.sameCountryFirst && country !== undefined ? byCountry.get(country) : undefined;
    const inAs = asn === undefined ? undefined : byAsn.get(asn);
    isThere[COUNTRY] = inCountry === undefined ? 0 : 1;
    isThere[ASN] = inAs === undefined ? 0 : 1;
    const match = findMatch?.(client);
    entries = match && lists[match.list];
    if (!areOthers) kins.fill(OTHER);
    areOthers = (inCountry ?? inAs ?? entries) === undefined && networks.length === 0 && guarded.length === 0;
    if (areOthers) return 0;
    for (const site of inCountry ?? []) kins[site] = COUNTRY;
    for (const site of inAs ?? []) kins[site] = ASN;
    if (entries !== undefined) {
      for (let site = 0; site < count; site++) {
        if (entries[site] !== NO_ENTRY) kins[site] = ORDERED;
        else if (order?.others === 'never') kins[site] = OUT;
      }
    }
    for (const id of networks) for (const site of byNetwork.get(id) ?? []) kins[site] = NETWORK;
    for (const { site, candidate } of guarded) if (!admits(candidate, client)) kins[site] = OUT;
    if (networks.length === 0 && entries === undefined) return 0;
    let mirrors = 0;
    for (let site = 0; site < count; site++) {
      if (kins[site] === NETWORK || kins[site] === ORDERED) mirrors += sizes[site] ?? 0;
    }
    return mirrors;
  };

  /** Gives every site the code of its band. Returns the last code. */
  const arrange = (client: Client): number => {
    let listed = sortByKin(client);
    let code =
      entries === undefined
        ? NETWORK
        : codeEntries(entries, (site) => kins[site] === ORDERED, NETWORK, entryCodes);
    let farthest = 0;
    measure(places, client.point, squares);
    for (let kin = ASN; kin <= OTHER; kin++) {
      from[kin] = code + 1;
      const isWanted = listed < wanted && isThere[kin] === 1;
      const found = isWanted ? findNearest(squares, kins, kin, wanted - listed, nearest) : 0;
      // A site is one mirror or more: if `nearest` runs out, the list is full, even if the band has more sites.
      for (let i = 0; i < found && listed < wanted; ) {
        const limit = squaredChordOfKm(reachKm(kmOfSquaredChord(squareOf(i)), settings.nearKm));
        for (; i < found && squareOf(i) <= limit; i++) listed += sizes[nearest[i] ?? 0] ?? 0;
        limits[++code] = limit;
        farthest = Math.max(farthest, limit);
      }
      to[kin] = code + 1;
    }
    encode(client, ++code, farthest);
    return code;
  };

  /** The tier of a band other than the last, by its code. */
  const tierOf = (code: number): Tier => {
    if (code < (from[ASN] ?? 0)) return code === NETWORK ? 'network' : 'order';
    if (code < (to[ASN] ?? 0)) return 'asn';
    if (code < (to[COUNTRY] ?? 0)) return 'country';
    return code === from[OTHER] ? 'near' : 'far';
  };

  /** Writes `codes`. Sites beyond every limit of their kin, such as all beyond `farthest`, get the code `last`. */
  const encode = (client: Client, last: number, farthest: number): void => {
    codes.fill(last);
    for (let site = 0; site < count; site++) {
      const square = squares[site] ?? 0;
      if (square > farthest) continue;
      const kin = kins[site] ?? OUT;
      const end = to[kin] ?? 0;
      let code = from[kin] ?? 0;
      while (code < end && square > (limits[code] ?? 0)) code++;
      if (code < end) codes[site] = code;
    }
    for (const id of client.networks) for (const site of byNetwork.get(id) ?? []) codes[site] = NETWORK;
    for (const { site } of guarded) if (kins[site] === OUT) codes[site] = OUT;
    if (entries === undefined) return;
    for (let site = 0; site < count; site++) {
      if (kins[site] === ORDERED) codes[site] = entryCodes[entries[site] ?? 0] ?? 0;
      else if (kins[site] === OUT) codes[site] = OUT;
    }
  };

  /** The tier of the last band: that of its members if they are of one kin (possible only if the list is full), else far. */
  const lastTier = (last: number): Tier => {
    let kin = OUT;
    for (let site = 0; site < count; site++) {
      if (codes[site] !== last) continue;
      if (kin !== OUT && kins[site] !== kin) return 'far';
      kin = kins[site] ?? OUT;
    }
    return kin === ASN ? 'asn' : kin === COUNTRY ? 'country' : 'far';
  };

  const list = (client: Client): BandList => {
    const last = arrange(client);
    return write(codes, last, tierOf, () => lastTier(last));
  };

  const slack = (): number => {
    inside.fill(0);
    farther.fill(0);
    beyond.fill(Infinity);
    for (let site = 0; site < count; site++) {
      const kin = kins[site] ?? OUT;
      const start = from[kin] ?? 0;
      const end = to[kin] ?? 0;
      const code = Math.min(codes[site] ?? OUT, end);
      if (start === end || code < start) continue;
      const square = squares[site] ?? 0;
      if (code < end) {
        inside[code] = (inside[code] ?? 0) + 1;
        farther[code] = Math.max(farther[code] ?? 0, square);
      }
      if (code > start) beyond[code - 1] = Math.min(beyond[code - 1] ?? 0, square);
    }
    let chord = Infinity;
    for (let code = from[ASN] ?? 0; code < (to[OTHER] ?? 0); code++) {
      const limit = limits[code] ?? 0;
      if (limit === Infinity) continue;
      // Chords differ by less than their arcs do, and none is longer than 2.
      const reach = Math.min(2, Math.sqrt(limit));
      chord = Math.min(chord, Math.sqrt(beyond[code] ?? 0) - reach);
      // If a band has one site, that is the nearest one, which the band reaches wherever it is.
      if ((inside[code] ?? 0) > 1) chord = Math.min(chord, reach - Math.sqrt(farther[code] ?? 0));
    }
    // For each kilometre that the client moves, a site's distance changes by at most 1, and the reach of a band by 1.5.
    return (chord * EARTH_RADIUS_KM) / 2.5;
  };

  return {
    list,
    slack,
    bands(client) {
      const found = list(client);
      return bandsOfList({ ...found, members: found.members.slice() }, candidates.length);
    },
    key(client) {
      if (keys === undefined) return undefined;
      arrange(client);
      return keys.numberOf(codes);
    },
  };
}
