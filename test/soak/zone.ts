/**
 * The zone of the soak: a pool of mirrors that come and go, all of which an answer has; one of which each client is given the
 * nearest; and more, which differ in their geography, so that a generation has some weight.
 */

import { below, type Random } from '../../src/platform/random.js';

export const ZONE = 'dl.example.org';
export const NEAREST = `near.${ZONE}`;
/** Says which zone file it is. */
export const SAYING = `round.${ZONE}`;
export const MISSING = `missing.${ZONE}`;
/** A mirror that is known by this name alone. */
export const HOST = 'named.example.net';

/** Mirrors that are never probed. Some are at the places where clients are. */
export const STEADY = { berlin: '192.0.2.1', chicago: '192.0.2.2', tokyo: '192.0.2.3' } as const;
/** One that is in some of the zone files only. */
export const SOMETIMES = '192.0.2.4';
/** Other pools, each with a mirror that is in no other. */
const GEOGRAPHIES = 3;
export const spotOf = (pool: number): string => `192.0.2.${100 + pool}`;
export const geographyPools = (): number[] => Array.from({ length: GEOGRAPHIES }, (_, pool) => pool);
export const geographyName = (pool: number): string => `g${pool}.${ZONE}`;

/** A mirror that is probed. */
export interface Turning {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

export interface ZoneFile {
  /** Each has its mirrors elsewhere, and says so. */
  readonly round: number;
  readonly sometimes: boolean;
  readonly turning: readonly Turning[];
}

export const textOf = (round: number): string => `round ${round}`;

/** A zone file. */
export function zoneFile({ round, sometimes, turning }: ZoneFile): string {
  const all = [...Object.keys(STEADY), 'named', ...(sometimes ? ['sometimes'] : [])];
  const never = 'probe: { type: none }';
  const pools = geographyPools().map(
    (pool) => `  g${pool}: { answers: 1, near_km: 0, mirrors: [berlin, chicago, tokyo, spot${pool}] }`,
  );
  const spots = geographyPools().map((pool) => {
    const place = `latitude: ${-10 - 9 * pool - (round % 16) / 8}, longitude: ${-70 + 50 * pool}`;
    return `  spot${pool}: { addresses: [${spotOf(pool)}], location: { ${place} }, ${never} }`;
  });
  const probed = turning.map(
    ({ name, address, port }) => `  ${name}: { addresses: [${address}], probe: { port: ${port} } }`,
  );
  return `zone: ${ZONE}
ns: [ns1.example.net]
special_addresses: [127.0.0.0/8]
pools:
  "@":
    answers: 8
    mirrors: [${[...all, ...turning.map(({ name }) => name)].join(', ')}]
    probe: { path: /, interval: 2s, fast_interval: 100ms, timeout: 2s, fall: 2, rise: 1 }
  near: { answers: 1, near_km: 0, mirrors: [berlin, chicago, tokyo] }
${pools.join('\n')}
mirrors:
  berlin: { addresses: [${STEADY.berlin}], location: { country: DE, latitude: 52.5, longitude: 13.4 }, ${never} }
  chicago: { addresses: [${STEADY.chicago}], location: { country: US, latitude: 41.9, longitude: -87.6 }, ${never} }
  tokyo: { addresses: [${STEADY.tokyo}], location: { country: JP, latitude: 35.7, longitude: 139.7 }, ${never} }
  named: { hostname: ${HOST}, location: { latitude: 0, longitude: 0 }, ${never} }
${sometimes ? `  sometimes: { addresses: [${SOMETIMES}], location: { latitude: 0, longitude: 0 }, ${never} }\n` : ''}${[...spots, ...probed].join('\n')}
records: { round: { TXT: ["${textOf(round)}"] } }
`;
}

/** One of them by chance. */
export function pick<T>(random: Random, list: readonly T[]): T {
  const one = list[below(random, list.length)];
  if (one === undefined) throw new RangeError('there is none');
  return one;
}
