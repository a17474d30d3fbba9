/** Status reports for tests: of a server of which all is well, with what a test wants otherwise. */
import type { FleetReport } from '../../src/control/fleet-report.js';
import type { MirrorReport, PoolReport } from '../../src/control/mirror-report.js';
import type { StatusReport } from '../../src/control/status-report.js';

export const NOW = Date.UTC(2026, 0, 2);
const NO_CONNECTIONS = {
  open: 0,
  opened: 0,
  ended: { idle: 0, slow: 0, unread: 0, crowded: 0, network_crowded: 0 },
};

export function statusReport(changes: Partial<StatusReport>): StatusReport {
  return {
    version: '0.1.0',
    generation: 1,
    transport: 'batched',
    listen: ['127.0.0.1:5300'],
    started: '2026-01-01T00:00:00.000Z',
    worker_deaths: 0,
    silent_workers: 0,
    state_write_failures: 0,
    log_lines_dropped: 0,
    state_problems: [],
    suppressed_falls: 0,
    zones: [zoneReport([mirrorReport({})])],
    refused: [],
    hostnames: [],
    geo: [
      { type: 'GeoLite2-City', source: 'configured', build_epoch: NOW / 1000 - 86_400, path: 'city.mmdb' },
    ],
    geo_problems: [],
    geo_held: [],
    geo_warnings: [],
    maps: { memory: 4_800_000, memory_limit: 256_000_000, grid: [] },
    updates: [],
    counters: {
      queries: { udp: { ipv4: 0, ipv6: 0 }, tcp: { ipv4: 0, ipv6: 0 }, tls: { ipv4: 0, ipv6: 0 } },
      rcodes: {},
      with_subnet: 0,
      truncated: 0,
      silent: 0,
      dropped: 0,
      send_errors: 0,
      cookies: { client_only: 0, invalid: 0, valid: 0 },
      rate_limited: { truncated: 0, bad_cookie: 0, dropped: 0, dry_run: 0, networks: {} },
      tcp: NO_CONNECTIONS,
      tls: { ...NO_CONNECTIONS, handshakes: { full: 0, resumed: 0, failed: 0, refused: 0 } },
      rows: { worked_out: 0, overwritten: 0, memory: 0, memory_limit: 0 },
      signed_sets: { signed: 0, known: 0, stood_in: 0 },
      pools: [],
    },
    notifications: [],
    http: { listen: [], unavailable: [] },
    ...changes,
  };
}

/** Of two members that judge together, of which the other is silent. */
export const FLEET: FleetReport = {
  name: 'ns1.example.org',
  verdicts: 'shared',
  members: [
    { member: 'ns1.example.org', heard: true, overrides: true, disagrees: 0, abstains: [] },
    {
      ...{ member: 'ns2.example.net', heard: false, last_heard: '2026-01-01T23:00:00.000Z', overrides: true },
      ...{ disagrees: 2, abstains: ['ipv6 dl.example.org'], zones_differ: true },
    },
  ],
  servers: [
    { server: 'redis://s3cret', failures: 0 },
    { server: 'redis://s3cret', failures: 7, fault: 'away' },
  ],
  held: [
    { zone: 'dl.example.org', mirror: 'aurora', member: 'ns2.example.net', reason: 's3cret', effects: [] },
  ],
  unserved: [],
};

/** The zone dl.example.org, with one pool of these mirrors. */
export function zoneReport(
  mirrors: readonly MirrorReport[],
  pool: Partial<PoolReport> = {},
): StatusReport['zones'][number] {
  return {
    zone: 'dl.example.org',
    serial: 1,
    file: 'zones/dl.example.org.yaml',
    pools: [
      {
        name: 'dl.example.org',
        panic: { ipv4: false, ipv6: false },
        panic_action: 'answer',
        frozen: { ipv4: false, ipv6: false },
        canaries: [],
        mirrors,
        ...pool,
      },
    ],
  };
}

/** A mirror that is up. */
export function mirrorReport(changes: Partial<MirrorReport>): MirrorReport {
  return {
    name: 'aurora',
    family: 'ipv4',
    address: '192.0.2.10',
    state: 'up',
    enabled: true,
    weight: 1,
    since: '2026-01-01T00:00:00.000Z',
    probes: [],
    ...changes,
  };
}
