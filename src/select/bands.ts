/**
 * Bands: the mirrors that a client may be sent to, sorted by how much they are preferred. They are formed from all
 * candidates whatever their health, so that catchments and ECS scopes move only with zones and databases.
 *
 * In order: the mirrors that list the client's network; those that list its AS; with `sameCountryFirst` those in its
 * country; all others. Inside each of the last three the bands go outward by distance. The list ends with the
 * band that brings it to 2 × answers mirrors, counted over all bands, and everything behind that is one last band.
 * An unknown place is farther than any other, so it is in the last band too. A client without a point is equally near
 * to everything.
 *
 * A compilation forms bands for hundreds of thousands of locations. So a former keeps its arrays, and instead of
 * sorting it looks for the 2 × answers nearest sites only: whatever follows, a band that is listed starts at one of them.
 */
import { admits, type Candidate, type Client } from './candidate.js';
import { kmOfSquaredChord, squaredChordOfKm } from './distance.js';
import { findNearest, measure } from './nearest.js';
import { reachKm } from './reach.js';
import { groupSites } from './sites.js';

/** Why a band is where it is. `near` is the first one by distance, `far` any later one. */
export type Tier = 'network' | 'asn' | 'country' | 'near' | 'far';

/**
 * A band with tier `network` is exclusive: while one of its mirrors is up there is no other band, and `max_share` is
 * set aside. It is always the first.
 */
export interface Band {
  readonly tier: Tier;
  /** Indexes into the candidates, ascending. */
  readonly members: readonly number[];
}

export interface BandSettings {
  /** Addresses in an answer, at least 1. */
  readonly answers: number;
  /** Kilometres, 0 or more. */
  readonly nearKm: number;
  readonly sameCountryFirst: boolean;
}

/** Forms the bands of one pool and family for any client. Not for two callers at once: the arrays are reused. */
export interface BandFormer {
  /** The bands of this client, outward; empty where no candidate admits it. */
  bands(client: Client): Band[];
  /**
   * What is equal for two clients of this former exactly where their bands are: the name of a catchment. A number where
   * there are few sites, since looking a text up takes longer than all the rest.
   */
  key(client: Client): string | number;
}

/** The bands of one client. For many clients `createBandFormer` does the same work once. */
export function formBands(candidates: readonly Candidate[], client: Client, settings: BandSettings): Band[] {
  return createBandFormer(candidates, settings).bands(client);
}

/** A text that is equal exactly for equal bands: the same members in the same order, as exclusive or not. */
export function bandKey(bands: readonly Band[]): string {
  return bands.map(({ tier, members }) => (tier === 'network' ? '!' : '') + members.join()).join('/');
}

// What a site is to the client at hand. The first two are also the codes of "in no band" and of the network band.
const OUT = 0;
const NETWORK = 1;
const ASN = 2;
const COUNTRY = 3;
const OTHER = 4;

/** So many different codes and so many of them are 50 bits, of the 53 that a number holds exactly. */
const PACKED_CODES = 32;
const PACKED_SITES = 10;

const BY_DISTANCE: readonly { readonly kin: number; readonly first: Tier; readonly later: Tier }[] = [
  { kin: ASN, first: 'asn', later: 'asn' },
  { kin: COUNTRY, first: 'country', later: 'country' },
  { kin: OTHER, first: 'near', later: 'far' },
];

export function createBandFormer(candidates: readonly Candidate[], settings: BandSettings): BandFormer {
  const { count, siteOf, sizes, places, byCountry, byAsn, byNetwork, guarded } = groupSites(candidates);
  const wanted = 2 * settings.answers;
  /** By site: what it is to the client, how far away (as the square of a chord), and the code of its band. */
  const kins = new Uint8Array(count);
  /** By kin, 0 where this client has no such sites, as most have none of their AS: not worth a walk. */
  const isThere = new Uint8Array(OTHER + 1).fill(1);
  const squares = new Float64Array(count);
  const codes = new Uint16Array(count);
  const codeBytes = Buffer.from(codes.buffer);
  /** Whether all codes, which are below wanted + 3, fit side by side into a whole number. */
  const isPackable = wanted + 3 <= PACKED_CODES && count <= PACKED_SITES;
  /** The nearest sites of one kin, in order. */
  const nearest = new Uint32Array(wanted);
  const squareOf = (i: number): number => squares[nearest[i] ?? 0] ?? 0;
  /** By code, how far a band reaches; and the codes of each kin, from one up to but without the other. */
  const limits = new Float64Array(wanted + 2);
  const from = new Uint16Array(OTHER + 1);
  const to = new Uint16Array(OTHER + 1);

  /** Says what each site is to the client, and gives the number of mirrors that list its network. */
  const sortByKin = (client: Client): number => {
    const { country, asn, networks } = client;
    const inCountry = settings.sameCountryFirst && country !== undefined ? byCountry.get(country) : undefined;
    const inAs = asn === undefined ? undefined : byAsn.get(asn);
    kins.fill(OTHER);
    for (const site of inCountry ?? []) kins[site] = COUNTRY;
    for (const site of inAs ?? []) kins[site] = ASN;
    for (const id of networks) for (const site of byNetwork.get(id) ?? []) kins[site] = NETWORK;
    for (const { site, candidate } of guarded) if (!admits(candidate, client)) kins[site] = OUT;
    isThere[COUNTRY] = inCountry === undefined ? 0 : 1;
    isThere[ASN] = inAs === undefined ? 0 : 1;
    if (networks.length === 0) return 0;
    let mirrors = 0;
    for (let site = 0; site < count; site++) if (kins[site] === NETWORK) mirrors += sizes[site] ?? 0;
    return mirrors;
  };

  /** Gives every site the code of its band, and the tiers of the bands by code, from code NETWORK on. */
  const arrange = (client: Client): Tier[] => {
    const tiers: Tier[] = ['network'];
    let listed = sortByKin(client);
    let farthest = 0;
    measure(places, client.point, squares);
    for (const { kin, first, later } of BY_DISTANCE) {
      from[kin] = tiers.length + 1;
      const isWanted = listed < wanted && isThere[kin] === 1;
      const found = isWanted ? findNearest(squares, kins, kin, wanted - listed, nearest) : 0;
      // A site is one mirror or more: where `nearest` runs out, the list is full, however many more the band has.
      for (let i = 0; i < found && listed < wanted; ) {
        const limit = squaredChordOfKm(reachKm(kmOfSquaredChord(squareOf(i)), settings.nearKm));
        for (; i < found && squareOf(i) <= limit; i++) listed += sizes[nearest[i] ?? 0] ?? 0;
        tiers.push(tiers.length + 1 === from[kin] ? first : later);
        limits[tiers.length] = limit;
        farthest = Math.max(farthest, limit);
      }
      to[kin] = tiers.length + 1;
    }
    tiers.push('far');
    encode(client, tiers.length, farthest);
    return tiers;
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
  };

  /** The tier of the last band: that of its members where they are of one kin, which only a full list leaves behind. */
  const lastTier = (members: readonly number[]): Tier => {
    const isAll = (kin: number): boolean => members.every((i) => kins[siteOf[i] ?? 0] === kin);
    return isAll(ASN) ? 'asn' : isAll(COUNTRY) ? 'country' : 'far';
  };

  return {
    bands(client) {
      const tiers = arrange(client);
      const members = tiers.map((): number[] => []);
      // Code 0, in no band, finds none at -1.
      for (const [i, site] of siteOf.entries()) members[(codes[site] ?? OUT) - 1]?.push(i);
      const last = members.length - 1;
      return members
        .map((list, i) => ({ tier: i === last ? lastTier(list) : (tiers[i] ?? 'far'), members: list }))
        .filter(({ members }) => members.length > 0);
    },
    key(client) {
      arrange(client);
      if (!isPackable) return codeBytes.toString('utf16le');
      let packed = 0;
      for (let site = 0; site < count; site++) packed = packed * PACKED_CODES + (codes[site] ?? OUT);
      return packed;
    },
  };
}
