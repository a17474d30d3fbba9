/**
 * Bands: the mirrors that a client may be sent to, sorted by how much they are preferred. They are formed from all
 * candidates whatever their health, so that catchments and ECS scopes move only with zones and databases.
 *
 * In order: the mirrors that list the client's network; those in the list that the pool's order has for it, a band for each
 * entry; those that list its AS; with `sameCountryFirst` those in its country; all others. Inside each of the last three the
 * bands go outward by distance. There the list ends with the band that brings it to 2 × answers mirrors, counted over all
 * bands, and everything behind that is one last band.
 * An unknown place is farther than any other, so it is in the last band too. A client without a point is equally near
 * to everything.
 *
 * A compilation forms bands for hundreds of thousands of locations. So a former keeps its arrays, and instead of
 * sorting it looks for the 2 × answers nearest sites only: whatever follows, a band that is listed starts at one of them.
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
  /** What the candidates' `entries` are about. */
  readonly order?: Order;
}

/** Forms the bands of one pool and family for any client. Not for two callers at once: the arrays are reused. */
export interface BandFormer {
  /** The bands of this client, outward; empty where no candidate admits it. */
  bands(client: Client): Band[];
  /** The same, written down. Good until the next call, which reuses its arrays. */
  list(client: Client): BandList;
  /**
   * Where there are few sites, a number for the client's bands: 0 for those that are asked for first, and so on. To look a
   * list up would take longer than all the rest.
   */
  key(client: Client): number | undefined;
  /**
   * So many kilometres around the client of the last call, others of its country, region, AS and networks have the same
   * bands: at least so many, so that near places need not be asked for one by one.
   */
  slack(): number;
}

/** The bands of one client. For many clients `createBandFormer` does the same work once. */
export function formBands(candidates: readonly Candidate[], client: Client, settings: BandSettings): Band[] {
  return createBandFormer(candidates, settings).bands(client);
}

// What a site is to the client at hand. The first two are also the codes of "in no band" and of the network band.
const OUT = 0;
const NETWORK = 1;
const ORDERED = 2;
const ASN = 3;
const COUNTRY = 4;
const OTHER = 5;

/** So many sites have keys. */
const KEYED_SITES = 64;

export function createBandFormer(candidates: readonly Candidate[], settings: BandSettings): BandFormer {
  const { count, siteOf, sizes, places, byCountry, byAsn, byNetwork, lists, guarded } =
    groupSites(candidates);
  const { order } = settings;
  const write = listWriter(siteOf, sizes);
  const wanted = 2 * settings.answers;
  const findMatch = order === undefined ? undefined : matchFinder(order);
  /** By site, its entry in the list that the order has for the client; undefined where it has none. */
  let entries: Int32Array | undefined;
  /** By entry: the code of its band. */
  const entryCodes = new Uint16Array(mostEntries(lists));
  /** By site: what it is to the client, how far away (as the square of a chord), and the code of its band. */
  const kins = new Uint8Array(count);
  /** Whether they are all OTHER, as for most clients. */
  let areOthers = false;
  /** By kin, 0 where this client has no such sites, as most have none of their AS: not worth a walk. */
  const isThere = new Uint8Array(OTHER + 1).fill(1);
  const squares = new Float64Array(count);
  const codes = new Uint16Array(count);
  const keys = count > KEYED_SITES ? undefined : createPatternMemo(count);
  /** The nearest sites of one kin, in order. */
  const nearest = new Uint32Array(wanted);
  const squareOf = (i: number): number => squares[nearest[i] ?? 0] ?? 0;
  /** By code, how far a band reaches; and the codes of each kin, from one up to but without the other. */
  const most = entryCodes.length + wanted + 2;
  const limits = new Float64Array(most);
  const from = new Uint16Array(OTHER + 1);
  const to = new Uint16Array(OTHER + 1);
  /** By code, for `slack`: how many sites a band has, the farthest of them, and the nearest that is beyond its limit. */
  const inside = new Uint32Array(most);
  const farther = new Float64Array(most);
  const beyond = new Float64Array(most);

  /** Says what each site is to the client, and gives the number of mirrors that list its network or are in its list. */
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

  /** Gives every site the code of its band; gives the code of the last. */
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
      // A site is one mirror or more: where `nearest` runs out, the list is full, however many more the band has.
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

  /** The tier of a band that is not the last, by its code. */
  const tierOf = (code: number): Tier => {
    if (code < (from[ASN] ?? 0)) return code === NETWORK ? 'network' : 'order';
    if (code < (to[ASN] ?? 0)) return 'asn';
    if (code < (to[COUNTRY] ?? 0)) return 'country';
    return code === from[OTHER] ? 'near' : 'far';
  };

  /** Writes `codes`. What lies beyond every limit of its kin, as all beyond `farthest` does, gets the code `last`. */
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

  /** The tier of the last band: that of its members where they are of one kin, which only a full list leaves behind. */
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
      // Chords differ by less than the arcs over them, and none is longer than 2.
      const reach = Math.min(2, Math.sqrt(limit));
      chord = Math.min(chord, Math.sqrt(beyond[code] ?? 0) - reach);
      // A site alone is the nearest, which its band reaches wherever that is.
      if ((inside[code] ?? 0) > 1) chord = Math.min(chord, reach - Math.sqrt(farther[code] ?? 0));
    }
    // A site comes nearer by a kilometre at most for each that the client moves, and the reach of a band changes by 1.5.
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
