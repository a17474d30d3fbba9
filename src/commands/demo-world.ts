/**
 * The small world of the demo: six mirrors with pretended places, four countries to ask from, and the zone file that a real
 * pool of such mirrors would have.
 */

/** The pool, which is the apex of its zone. */
export const POOL = 'dl.demo.example';

export interface DemoSite {
  readonly name: string;
  /** On loopback: all of 127.0.0.0/8 is this host's own. */
  readonly address: string;
  readonly city: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}

export const SITES: readonly DemoSite[] = [
  site('aurora', '127.0.0.11', 'Berlin', 'DE', 52.52, 13.4),
  site('boreas', '127.0.0.12', 'Amsterdam', 'NL', 52.37, 4.9),
  site('cascade', '127.0.0.13', 'Chicago', 'US', 41.88, -87.63),
  site('dune', '127.0.0.14', 'San Jose', 'US', 37.34, -121.89),
  site('estrela', '127.0.0.15', 'São Paulo', 'BR', -23.55, -46.63),
  site('fuji', '127.0.0.16', 'Tokyo', 'JP', 35.68, 139.69),
];

/** A country to ask from: the embedded database has this /24 network in it. */
export interface Country {
  readonly code: string;
  readonly name: string;
  readonly network: string;
}

export const COUNTRIES: readonly Country[] = [
  { code: 'DE', name: 'Germany', network: '192.109.0.0' },
  { code: 'US', name: 'United States', network: '12.0.0.0' },
  { code: 'JP', name: 'Japan', network: '133.11.0.0' },
  { code: 'BR', name: 'Brazil', network: '200.147.0.0' },
];

/** The zone file. Its probes are quick enough to be watched. `port` is that of the mirrors. */
export function demoZone(port: number): string {
  const mirrors = SITES.map(
    ({ name, address, country, latitude, longitude }) =>
      `  ${name}: { addresses: [${address}], location: { country: ${country}, latitude: ${latitude}, longitude: ${longitude} } }`,
  );
  return [
    `zone: ${POOL}`,
    'ns: [ns1.example.net]',
    'ttl: 5',
    'pools:',
    '  "@":',
    '    answers: 2',
    '    max_share: 0.5',
    '    probe:',
    '      type: http',
    `      port: ${port}`,
    '      path: /project/trace',
    '      interval: 2s',
    '      fast_interval: 500ms',
    '      timeout: 1s',
    '      fall: 2',
    '      rise: 2',
    'mirrors:',
    ...mirrors,
    '',
  ].join('\n');
}

function site(
  name: string,
  address: string,
  city: string,
  country: string,
  latitude: number,
  longitude: number,
): DemoSite {
  return { name, address, city, country, latitude, longitude };
}
