/**
 * The metrics, each with its help text and where its value is in the status report. Names follow the usual conventions: a
 * unit at the end, `_total` for counters. Labels are names from zone files and fixed words, never chosen by a client.
 */
import type { FleetMemberReport, FleetServerReport } from '../control/fleet-report.js';
import type { StatusReport } from '../control/status-report.js';
import type { Share } from './outlooks.js';
import { POOL_FAMILIES } from './pool-families.js';

/** The data that metrics are made from. */
export interface MetricFacts {
  readonly status: StatusReport;
  readonly shares: readonly Share[];
  /** Octets of memory that the process holds, and the CPU time of its threads in seconds. */
  readonly memory: number;
  readonly cpuSeconds: number;
}

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

export interface MetricFamily {
  readonly type: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  /** The samples, which all have the same labels; or the only value. */
  readonly samples: (facts: MetricFacts) => number | readonly Sample[];
}

type Table = readonly (readonly [
  name: string,
  type: MetricFamily['type'],
  help: string,
  samples: MetricFamily['samples'],
])[];

/** A sample for each key of a record. */
function by(label: string, record: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(record).map(([key, value]) => [{ [label]: key }, value]);
}

/** A sample for each member of the fleet that has such a number. */
function ofMembers(
  { fleet }: StatusReport,
  read: (member: FleetMemberReport) => number | undefined,
): Sample[] {
  return (fleet?.members ?? []).flatMap((one): Sample[] => {
    const value = read(one);
    return value !== undefined ? [[{ member: one.member }, value]] : [];
  });
}

/** Labelled by number, because the servers' addresses are not public. */
function ofServers({ fleet }: StatusReport, read: (server: FleetServerReport) => number): Sample[] {
  return (fleet?.servers ?? []).map((one, i) => [{ server: String(i + 1) }, read(one)]);
}

// biome-ignore format: a table
const ANSWERING: Table = [
  ['geopool_queries_total', 'counter', 'Queries, by transport and by the family of the address they came from.', ({ status }) =>
    Object.entries(status.counters.queries).flatMap(([transport, families]) =>
      by('family', families).map(([labels, value]): Sample => [{ transport, ...labels }, value]))],
  ['geopool_responses_total', 'counter', 'Answers, by rcode.', ({ status }) =>
    by('rcode', status.counters.rcodes)],
  ['geopool_queries_with_subnet_total', 'counter', 'Queries with an EDNS client subnet.', ({ status }) =>
    status.counters.with_subnet],
  ['geopool_responses_truncated_total', 'counter', 'Answers that did not fit in a datagram.', ({ status }) =>
    status.counters.truncated],
  ['geopool_messages_silent_total', 'counter', 'Messages that get no answer.', ({ status }) =>
    status.counters.silent],
  ['geopool_messages_dropped_total', 'counter', 'Messages that were not looked at.', ({ status }) =>
    status.counters.dropped],
  ['geopool_send_errors_total', 'counter', 'Answers that could not be sent.', ({ status }) =>
    status.counters.send_errors],
  ['geopool_cookies_total', 'counter', 'Queries with a DNS cookie, by what it was worth.', ({ status }) =>
    by('cookie', { ...status.counters.cookies })],
  ['geopool_rate_limited_total', 'counter', 'UDP queries that were too many, by what came of them.', ({ status }) => {
    const { networks: _, ...actions } = status.counters.rate_limited;
    return by('action', actions);
  }],
  ['geopool_rate_limited_networks_total', 'counter', 'UDP queries that were too many, by the size of the network they came from.', ({ status }) =>
    by('network', status.counters.rate_limited.networks)],
  ['geopool_tcp_connections', 'gauge', 'TCP connections now.', ({ status }) =>
    status.counters.tcp.open],
  ['geopool_tcp_connections_opened_total', 'counter', 'TCP connections since the start.', ({ status }) =>
    status.counters.tcp.opened],
  ['geopool_tcp_connections_ended_total', 'counter', 'TCP connections that the server ended, by why.', ({ status }) =>
    by('reason', { ...status.counters.tcp.ended })],
  ['geopool_tls_connections', 'gauge', 'TLS connections now.', ({ status }) =>
    status.counters.tls.open],
  ['geopool_tls_connections_opened_total', 'counter', 'TLS connections since the start.', ({ status }) =>
    status.counters.tls.opened],
  ['geopool_tls_connections_ended_total', 'counter', 'TLS connections that the server ended, by why.', ({ status }) =>
    by('reason', { ...status.counters.tls.ended })],
  ['geopool_tls_handshakes_total', 'counter', 'TLS handshakes, by what came of them.', ({ status }) =>
    by('outcome', status.counters.tls.handshakes)],
  ['geopool_tls_certificate_end_timestamp_seconds', 'gauge', 'When the certificate that TLS is answered with ends.', ({ status: { tls } }) =>
    tls === undefined ? [] : Date.parse(tls.ends) / 1000],
  ['geopool_tls_certificate_wrong', 'gauge', 'Whether its file, or that of its key, is wrong, and the one before is in use.', ({ status: { tls } }) =>
    tls === undefined ? [] : Number(tls.error !== undefined)],
];

// biome-ignore format: a table
const ROWS: Table = [
  ['geopool_rows_worked_out_total', 'counter', 'Rows that workers worked out: a query came first for its catchment, or after a verdict.', ({ status }) =>
    status.counters.rows.worked_out],
  ['geopool_rows_overwritten_total', 'counter', 'Rows that gave their place to others.', ({ status }) =>
    status.counters.rows.overwritten],
  ['geopool_rows_memory_bytes', 'gauge', 'Memory that rows take.', ({ status }) =>
    status.counters.rows.memory],
  ['geopool_rows_memory_limit_bytes', 'gauge', 'Memory that rows may take.', ({ status }) =>
    status.counters.rows.memory_limit],
  ['geopool_signed_sets_total', 'counter', 'Answers of signed pools, by how their addresses came to be signed.', ({ status }) =>
    by('set', { ...status.counters.signed_sets })],
];

// biome-ignore format: a table
const SERVER: Table = [
  ['geopool_build_info', 'gauge', 'Always 1; which version it is, and how it answers UDP.', ({ status: { version, transport } }) =>
    [[{ version, transport }, 1]]],
  ['geopool_generation', 'gauge', 'The number of what is served; each reload counts it up.', ({ status }) =>
    status.generation],
  ['geopool_zones', 'gauge', 'Zones that are served.', ({ status }) =>
    status.zones.length],
  ['geopool_zone_files_refused', 'gauge', 'Zone files of which nothing is served.', ({ status }) =>
    status.refused.length],
  ['geopool_zone_stale', 'gauge', 'Whether the file of a zone is wrong, and its last good copy is served.', ({ status }) =>
    status.zones.map(({ zone, error }) => [{ zone }, error === undefined ? 0 : 1])],
  ['geopool_zone_serial', 'gauge', 'The serial of a zone, which should be the same on all of its name servers.', ({ status }) =>
    status.zones.map(({ zone, serial }) => [{ zone }, serial])],
  ['geopool_zone_signatures_expire_timestamp_seconds', 'gauge', 'When the first of the signatures of a zone expires, unless they are renewed before.', ({ status }) =>
    status.zones.flatMap(({ zone, signed_until }) => signed_until === undefined ? [] : [[{ zone }, Date.parse(signed_until) / 1000]])],
  ['geopool_zone_keys', 'gauge', 'Keys that a signed zone is published with, by what they do.', ({ status }) =>
    status.zones.flatMap(({ zone, keys }): Sample[] => keys === undefined ? [] : [
      [{ zone, state: 'signing', tag: String(keys.signing) }, 1],
      ...[keys.next ?? []].flat().map((tag): Sample => [{ zone, state: 'published', tag: String(tag) }, 1]),
      ...keys.retired.map((tag): Sample => [{ zone, state: 'retired', tag: String(tag) }, 1]),
    ])],
  ['geopool_zone_keys_stale', 'gauge', 'Whether the file of the keys of a zone is wrong, and those from before go on.', ({ status }) =>
    status.zones.flatMap(({ zone, keys }): Sample[] => keys === undefined ? [] : [[{ zone }, keys.error === undefined ? 0 : 1]])],
  ['geopool_zones_unsigned_early', 'gauge', 'Zones that were served signed, and became unsigned before caches let go of their DS.', ({ status }) =>
    status.unsigned?.length ?? 0],
  ['geopool_zone_parent_due_timestamp_seconds', 'gauge', 'By when the parent of a zone must have the DS of its next key, which nobody has noted yet.', ({ status }) =>
    status.zones.flatMap(({ zone, keys }): Sample[] => keys?.parent_due === undefined ? [] : [[{ zone }, Date.parse(keys.parent_due.until) / 1000]])],
  ['geopool_zone_key_change_timestamp_seconds', 'gauge', 'When a key of a zone has something else to do.', ({ status }) =>
    status.zones.flatMap(({ zone, keys }): Sample[] => keys?.next_change === undefined ? [] : [[{ zone }, Date.parse(keys.next_change) / 1000]])],
  ['geopool_clock_ahead_seconds', 'gauge', 'By how much the clock of this host is ahead of what mirrors say of the time; negative: behind.', ({ status: { clock } }) =>
    clock === undefined ? [] : clock.ahead_seconds],
  ['geopool_last_reload_successful', 'gauge', 'Whether the last reload could read everything.', ({ status }) =>
    status.reload_error === undefined ? 1 : 0],
  ['geopool_database_build_timestamp_seconds', 'gauge', 'When a location database that serves was made.', ({ status }) =>
    status.geo.map(({ type, source, build_epoch }) => [{ type, source }, build_epoch])],
  ['geopool_databases_passed_over', 'gauge', 'Location databases that were asked for and can not be used.', ({ status }) =>
    status.geo_problems.length],
  ['geopool_databases_held', 'gauge', 'New location databases that do not serve until somebody has looked at them.', ({ status }) =>
    status.geo_held.length],
  ['geopool_worker_restarts_total', 'counter', 'Threads that died and were replaced.', ({ status }) =>
    status.worker_deaths],
  ['geopool_workers_silent', 'gauge', 'Threads that do not answer.', ({ status }) =>
    status.silent_workers],
  ['geopool_state_write_failures_total', 'counter', 'Failed writes to the state directory.', ({ status }) =>
    status.state_write_failures],
  ['geopool_log_lines_dropped_total', 'counter', 'Lines of the log that could not be written.', ({ status }) =>
    status.log_lines_dropped],
  ['geopool_verdicts_suppressed_total', 'counter', "Falls that were suppressed, since no canary answered: this host's own uplink was down.", ({ status }) =>
    status.suppressed_falls],
  ['geopool_notifications_total', 'counter', 'Messages to people, by channel and by what came of them.', ({ status }) =>
    status.notifications.flatMap(({ channel, sent, failed }): Sample[] => [
      [{ channel, outcome: 'sent' }, sent],
      [{ channel, outcome: 'failed' }, failed],
    ])],
  ['process_start_time_seconds', 'gauge', 'When the process started.', ({ status }) =>
    Date.parse(status.started) / 1000],
  ['process_resident_memory_bytes', 'gauge', 'Memory that the process holds.', ({ memory }) =>
    memory],
  ['process_cpu_seconds_total', 'counter', 'Time that its threads had on a core.', ({ cpuSeconds }) =>
    cpuSeconds],
];

// biome-ignore format: a table
const FLEET: Table = [
  ['geopool_fleet_member_heard', 'gauge', 'Whether a member of the fleet is heard by this one.', ({ status }) =>
    ofMembers(status, ({ heard }) => heard ? 1 : 0)],
  ['geopool_fleet_member_heard_timestamp_seconds', 'gauge', 'When something new of a member was heard last.', ({ status }) =>
    ofMembers(status, ({ last_heard }) => last_heard === undefined ? undefined : Date.parse(last_heard) / 1000)],
  ['geopool_fleet_member_disagreements', 'gauge', "Addresses that a member sees otherwise than the fleet's verdict.", ({ status }) =>
    ofMembers(status, ({ disagrees }) => disagrees)],
  ['geopool_fleet_member_abstentions', 'gauge', 'Pools and families that a member does not judge now.', ({ status }) =>
    ofMembers(status, ({ abstains }) => abstains.length)],
  ['geopool_fleet_member_differs', 'gauge', 'Whether the zone files or databases of a member are others than those here.', ({ status }) =>
    (status.fleet?.members ?? []).flatMap(({ member, zones_differ = false, databases_differ = false }): Sample[] => [
      [{ member, what: 'zones' }, zones_differ ? 1 : 0],
      [{ member, what: 'databases' }, databases_differ ? 1 : 0],
    ])],
  ['geopool_fleet_server_usable', 'gauge', 'Whether a server of the fleet, by its place in the config, can be used.', ({ status }) =>
    ofServers(status, ({ fault }) => fault === undefined ? 1 : 0)],
  ['geopool_fleet_server_failures_total', 'counter', 'How often it could not be.', ({ status }) =>
    ofServers(status, ({ failures }) => failures)],
  ['geopool_fleet_withheld', 'gauge', 'What other members said that does not hold here.', ({ status: { fleet } }) =>
    fleet === undefined ? [] : [[{ what: 'overrides' }, fleet.held.length], [{ what: 'challenges' }, fleet.unserved.length]]],
];

export const METRIC_FAMILIES: readonly MetricFamily[] = [
  ...POOL_FAMILIES,
  ...[...ANSWERING, ...ROWS, ...SERVER, ...FLEET].map(([name, type, help, samples]) => ({
    name,
    type,
    help,
    samples,
  })),
];
