/**
 * The verb `status`: what the running server serves. Panic and faults come first, since operators look for them.
 */
import { ask } from '../control/client.js';
import type {
  CountersReport,
  RateLimitReport,
  TcpReport,
  TlsCountersReport,
} from '../control/counters-report.js';
import type { KeysReport, PoolReport, ZoneReport } from '../control/mirror-report.js';
import type { HostnameReport, StatusReport } from '../control/status-report.js';
import { describeRestart } from '../daemon/reconfiguring.js';
import { countOf } from '../platform/count-of.js';
import { isAgreed, jointNotes } from '../report/describe-joint.js';
import { describeKeys } from '../report/describe-keys.js';
import { describeOverride } from '../report/describe-override.js';
import { describeRefused } from '../report/describe-refused.js';
import { describeSelfWeight } from '../report/describe-self-weight.js';
import { describeShare } from '../report/describe-share.js';
import { describeUnresolved } from '../report/describe-unresolved.js';
import type { Finding } from '../report/finding.js';
import { findingsOf } from '../report/findings.js';
import { formatSpan } from '../zone/durations.js';
import { formatSize } from '../zone/sizes.js';
import { describeChallenge } from './challenge.js';
import { controlPaths } from './control-path.js';
import { formatGeo, formatMaps } from './geo-report.js';
import { print, printJson } from './output.js';
import type { SettingFlags } from './settings.js';
import { formatTable } from './table.js';

export async function status({
  json,
  ...flags
}: SettingFlags & { readonly json?: boolean }): Promise<number> {
  const report = await ask<StatusReport>(await controlPaths(flags), 'GET', '/status');
  if (json === true) printJson(report);
  else print(...formatStatus(report, Date.now()));
  return 0;
}

/** The report for a terminal; `now` in milliseconds since 1970. */
export function formatStatus(report: StatusReport, now: number): string[] {
  const { version, generation, transport, listen, started, counters, queue, http } = report;
  const {
    zones,
    refused,
    challenges = [],
    hostnames,
    geo,
    geo_problems,
    geo_warnings,
    maps,
    updates,
  } = report;
  return [
    `geopool ${version}, up ${formatSpan(now - Date.parse(started))}, generation ${generation}, ${transport} UDP on ${listen.join(', ')}`,
    formatCounters(counters),
    ...formatQueue(queue),
    ...alarms(report, now),
    ...http.unavailable.map((place) => `no status at http://${place}`),
    ...hostnames.flatMap(formatHostname),
    ...refused.flatMap(({ file, error, zone }) => [
      `${file}: WRONG, ${describeRefused(zone)}`,
      ...indent(error.split('\n')),
    ]),
    ...zones.flatMap((zone) => ['', ...formatZone(zone, now)]),
    ...challenges.map((challenge) => `challenge at ${describeChallenge(challenge)}`),
    '',
    ...formatGeo(geo, now),
    ...geo_problems.map((problem) => `  passed over: ${problem}`),
    ...geo_warnings.map((warning) => `  warning: ${warning}`),
    formatMaps(maps),
    ...updates.map(({ edition, last_success, last_error, next_run, waiting }) =>
      [
        `${edition}: last fetched or found current ${last_success === undefined ? 'never' : `${formatSpan(now - Date.parse(last_success))} ago`}`,
        ...(last_error === undefined ? [] : [`last error: ${last_error}`]),
        ...(next_run === undefined ? [] : [`next run ${next_run}`]),
        ...(waiting === undefined ? [] : [`now: ${waiting}`]),
      ].join('; '),
    ),
  ];
}

function formatCounters({
  queries,
  with_subnet,
  dropped,
  send_errors,
  rate_limited,
  tcp,
  tls,
}: CountersReport): string {
  const asked = Object.values(queries).reduce((sum, { ipv4, ipv6 }) => sum + ipv4 + ipv6, 0);
  const share = asked === 0 ? '' : ` (${Math.round((100 * with_subnet) / asked)} % with a client subnet)`;
  return [
    `queries: ${asked}${share}`,
    ...(dropped === 0 ? [] : [`dropped: ${dropped}`]),
    ...(send_errors === 0 ? [] : [`not sent: ${send_errors}`]),
    ...formatLimited(rate_limited),
    ...formatTcp('TCP', tcp),
    ...formatTls(tls),
  ].join(', ');
}

function formatLimited({ truncated, bad_cookie, dropped, dry_run }: RateLimitReport): string[] {
  const limited = truncated + bad_cookie + dropped;
  return [
    ...(limited === 0 ? [] : [`limited: ${limited}`]),
    ...(dry_run === 0 ? [] : [`would be limited: ${dry_run}`]),
  ];
}

/** How long a restart may take without losing queries. Empty if no queries arrive, or if it is more than an hour. */
function formatQueue(queue: StatusReport['queue']): string[] {
  if (queue?.seconds === undefined || queue.seconds > 3600) return [];
  return [`questions can wait for ${queue.seconds} s at the present rate, while it is started anew`];
}

/** The open connections, and those that were cut for any reason but idleness. */
function formatTcp(
  protocol: string,
  { open, ended: { slow, unread, crowded, network_crowded } }: TcpReport,
): string[] {
  const cut: readonly (readonly [reason: string, connections: number])[] = [
    ['slow to ask', slow],
    ['not reading', unread],
    ['no room', crowded],
    ['too many of one network', network_crowded],
  ];
  const reasons = cut.filter(([, connections]) => connections > 0);
  return [
    ...(open === 0 ? [] : [`${protocol} connections: ${open}`]),
    ...(reasons.length === 0
      ? []
      : [
          `${protocol === 'TCP' ? '' : `${protocol} `}cut: ${reasons.map(([reason, connections]) => `${connections} (${reason})`).join(', ')}`,
        ]),
  ];
}

function formatTls({
  handshakes: { full, resumed, failed, refused },
  ...connections
}: TlsCountersReport): string[] {
  return [
    ...formatTcp('TLS', connections),
    ...(full + resumed === 0 ? [] : [`TLS handshakes: ${full + resumed}`]),
    ...(failed === 0 ? [] : [`failed: ${failed}`]),
    ...(refused === 0 ? [] : [`refused: ${refused}`]),
  ];
}

/** Findings that no line about a zone, a mirror or a database shows. */
const ALARMING: readonly Finding['kind'][] = [
  'worker',
  'unsigned',
  'parent',
  'clock',
  'panic',
  'empty',
  'frozen',
  'notify',
  'reload',
  'state',
  'tls',
];

function alarms(report: StatusReport, now: number): string[] {
  const { worker_deaths, state_write_failures, log_lines_dropped, suppressed_falls, restart } = report;
  return [
    ...findingsOf(report, now).flatMap(({ kind, text }) => (ALARMING.includes(kind) ? [text] : [])),
    ...(restart === undefined ? [] : [describeRestart(restart)]),
    ...(suppressed_falls === 0 ? [] : [`suppressed falls: ${suppressed_falls}`]),
    ...(worker_deaths === 0 ? [] : [`worker threads that died and were replaced: ${worker_deaths}`]),
    ...(state_write_failures === 0
      ? []
      : [`writes to the state directory that failed: ${state_write_failures}`]),
    ...(log_lines_dropped === 0 ? [] : [`lines of the log that could not be written: ${log_lines_dropped}`]),
  ];
}

/** What is wrong with a host name, and which addresses are kept for it. */
function formatHostname(host: HostnameReport): string[] {
  const { addresses, warnings = [] } = host;
  const why = describeUnresolved(host);
  if (why === undefined) return [...warnings];
  const kept = addresses.length === 0 ? '' : `: ${addresses.join(', ')}`;
  return [`UNRESOLVED: ${why}${kept}`, ...warnings];
}

function formatZone(
  { zone, serial, file, error, signed_until, keys, pools }: ZoneReport,
  now: number,
): string[] {
  const stale =
    error === undefined ? [] : ['  WRONG; its last good copy is served:', ...indent(error.split('\n'))];
  return [
    `zone ${zone} (${file}, serial ${serial})`,
    ...(keys === undefined ? [] : formatKeys(keys, signed_until)),
    ...stale,
    ...pools.flatMap((pool) => [`  pool ${pool.name}`, ...indent(formatMirrors(pool, now))]),
  ];
}

function formatKeys(keys: KeysReport, until: string | undefined): string[] {
  const { error } = keys;
  return [
    `  signed${until === undefined ? '' : ` until ${until}`}: ${describeKeys(keys)}`,
    ...(error === undefined ? [] : ['  WRONG; the keys from before go on:', ...indent(error.split('\n'))]),
  ];
}

function formatMirrors({ mirrors, without_address = [] }: PoolReport, now: number): string[] {
  const measured = mirrors.some(({ rate }) => rate !== undefined);
  const rows = mirrors.map(
    ({
      name,
      address,
      state,
      enabled,
      weight,
      backup,
      since,
      cause,
      held_until,
      suppressed,
      not_judged,
      growth,
      self_weight,
      world_share,
      last_probe,
      rate,
      warnings = [],
      override,
      fleet,
    }) => [
      name,
      address,
      enabled ? (override?.state === 'up' ? `${state}, held up` : state) : `${state}, disabled`,
      String(weight),
      formatSpan(now - Date.parse(since)),
      last_probe === undefined
        ? '-'
        : `${last_probe.ms} ms, ${formatSpan(now - Date.parse(last_probe.at))} ago`,
      ...(measured ? [rate === undefined ? '-' : `${formatSize(rate)}/s`] : []),
      [
        weight === 0 ? 'its weight is 0' : '',
        backup === true ? 'a backup' : '',
        override === undefined ? '' : describeOverride(override),
        cause ?? last_probe?.error ?? '',
        ...(fleet === undefined || isAgreed(fleet) ? [] : jointNotes(fleet, state)),
        suppressed === true ? "fall suppressed: this host's uplink is down" : '',
        not_judged === undefined ? '' : `not judged: ${not_judged}`,
        growth === undefined ? '' : `came back: ${countOf(growth, 'tenth')} of its weight and cap`,
        self_weight === undefined || self_weight.part === 1
          ? ''
          : describeSelfWeight(self_weight.part, self_weight.error),
        (world_share && describeShare(world_share)) ?? '',
        held_until === undefined ? '' : `it flaps: held down until ${held_until}`,
        ...warnings,
      ]
        .filter((text) => text !== '')
        .join('; '),
    ],
  );
  const rates = measured ? ['rate'] : [];
  const columns = ['mirror', 'address', 'state', 'weight', 'since', 'last probe', ...rates, 'why'];
  const missing = without_address.map((name) => [
    ...[name, ...columns.slice(1, -1).map(() => '-')],
    'no address of it is known',
  ]);
  return formatTable(columns, [...rows, ...missing]);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`);
}
