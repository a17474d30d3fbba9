/**
 * The first page: what is wrong, the map of the first pool, then everything in tables.
 */
import type { MirrorReport, PoolReport, ZoneReport } from '../control/mirror-report.js';
import type { StatusReport } from '../control/status-report.js';
import { FAMILIES } from '../platform/types.js';
import { describeKeys } from '../report/describe-keys.js';
import { describeRefused } from '../report/describe-refused.js';
import { emptyFamilies } from '../report/empty-pools.js';
import { findingsOf, isMissed } from '../report/findings.js';
import { ATTRIBUTION, isGeoLite } from '../report/geo-attribution.js';
import { summaryOf } from '../report/summary.js';
import { formatSpan } from '../zone/durations.js';
import { type Content, html, type Markup } from './html.js';
import { ago, findingList, formatTime, poolPath, table } from './page.js';
import { mapFigure, nameOfFamily } from './pool-page.js';
import type { PoolView } from './pool-view.js';

/** The number of certificates listed. */
const MOST_CERTIFICATES = 10;

export interface HomeParts {
  readonly status: StatusReport;
  /** The pool that the map shows. */
  readonly shown?: { readonly zone: string; readonly owner: string; readonly view: PoolView };
  readonly form: Markup;
  readonly now: number;
}

export function homeBody({ status, shown, form, now }: HomeParts): Markup {
  const { zones, refused, listen, transport, generation, started } = status;
  return html`<h1>${summaryOf(status)}</h1>
${findingList(findingsOf(status, now))}
<p class="soft">Up ${ago(started, now)}, generation ${generation}, ${transport} UDP and TCP on ${listen.join(', ')}.</p>
${shown === undefined ? undefined : mapFigure(shown.zone, shown.owner, shown.view)}
<h2>Zones and pools</h2>
${table(
  [
    { title: 'Pool' },
    { title: 'Zone' },
    ...FAMILIES.map((family) => ({ title: nameOfFamily(family) })),
    { title: 'Empty, panic, frozen' },
  ],
  zones.flatMap((zone) => zone.pools.map((pool) => poolRow(zone, pool))),
)}
${refused.map(({ file, zone }) => html`<p class="critical">${file} is wrong: ${describeRefused(zone)}.</p>`)}
${zones.map(({ zone, keys }) => keys && html`<p class="soft">${zone} is signed: ${describeKeys(keys)}.</p>`)}
${overrideSection(zones, now)}
${certificateSection(zones, now)}
${fleetSection(status, now)}
<h2>Databases</h2>
${databaseSection(status, now)}
<h2>Explain an answer</h2>
${form}
<h2>Questions</h2>
${questionSection(status)}
`;
}

function poolRow({ zone, serial, error }: ZoneReport, pool: PoolReport): readonly Content[] {
  const { name, mirrors, panic, frozen } = pool;
  const empty = emptyFamilies(pool);
  const states = FAMILIES.flatMap((family) => [
    ...(empty.includes(family)
      ? [html`<strong class="critical">empty (${nameOfFamily(family)})</strong> `]
      : []),
    ...(panic[family] ? [html`<strong class="critical">panic (${nameOfFamily(family)})</strong> `] : []),
    ...(frozen[family] ? [html`<span class="warning">frozen (${nameOfFamily(family)})</span> `] : []),
  ]);
  return [
    html`<a href="${poolPath(zone, name)}">${name}</a>`,
    html`${zone}, serial ${serial}${error === undefined ? undefined : html` <span class="warning">its file is wrong, a copy is served</span>`}`,
    ...FAMILIES.map((family) => upIn(mirrors.filter((mirror) => mirror.family === family))),
    states,
  ];
}

function upIn(mirrors: readonly MirrorReport[]): Content {
  const enabled = mirrors.filter((mirror) => mirror.enabled);
  if (enabled.length === 0) return 'none';
  const up = enabled.filter((mirror) => !isMissed(mirror)).length;
  const words = `${up} of ${enabled.length} up`;
  return up === enabled.length ? words : html`<span class="down">${words}</span>`;
}

function overrideSection(zones: readonly ZoneReport[], now: number): Markup | undefined {
  const rows = zones.flatMap(({ zone, pools }) => {
    const mirrors = new Map(
      pools.flatMap(({ mirrors }) => mirrors.map((mirror) => [mirror.name, mirror] as const)),
    );
    return [...mirrors.values()].flatMap(({ name, override }) =>
      override === undefined
        ? []
        : [
            [
              `${zone}/${name}`,
              override.state === 'up' ? 'held up' : 'disabled',
              ago(override.since, now),
              override.until === undefined ? 'no end' : formatTime(override.until),
            ],
          ],
    );
  });
  if (rows.length === 0) return undefined;
  return html`<h2>Overrides</h2>
${table([{ title: 'Mirror' }, { title: 'Is' }, { title: 'For' }, { title: 'Until' }], rows)}`;
}

function certificateSection(zones: readonly ZoneReport[], now: number): Markup | undefined {
  const ends = zones.flatMap(({ pools }) =>
    pools.flatMap(({ name: pool, mirrors }) =>
      mirrors.flatMap(({ name, address, probes }) =>
        probes.flatMap(({ last_probe }) => {
          const end = last_probe?.certificate_ends;
          return end === undefined ? [] : { mirror: name, address, pool, end };
        }),
      ),
    ),
  );
  if (ends.length === 0) return undefined;
  const first = ends.sort((a, b) => Date.parse(a.end) - Date.parse(b.end)).slice(0, MOST_CERTIFICATES);
  return html`<h2>Certificates that end first</h2>
${table(
  [{ title: 'Mirror' }, { title: 'Address' }, { title: 'Pool' }, { title: 'Ends' }],
  first.map(({ mirror, address, pool, end }) => [
    mirror,
    address,
    pool,
    `${formatTime(end)}${Date.parse(end) > now ? `, in ${formatSpan(Date.parse(end) - now)}` : ''}`,
  ]),
)}`;
}

function fleetSection({ fleet }: StatusReport, now: number): Markup | undefined {
  if (fleet === undefined) return undefined;
  const { name, verdicts, members, servers } = fleet;
  const rows = members.map(({ member, heard, last_heard, disagrees, abstains }) => [
    member,
    member === name ? 'this one' : heard ? 'heard' : html`<span class="down">silent</span>`,
    last_heard === undefined ? undefined : html`${ago(last_heard, now)} ago`,
    disagrees,
    abstains.join(', '),
  ]);
  const usable = servers.filter(({ fault }) => fault === undefined).length;
  return html`<h2>Fleet</h2>
${table(
  [
    { title: 'Member' },
    { title: 'Is' },
    { title: 'Last heard', isNumber: true },
    { title: 'Sees otherwise', isNumber: true },
    { title: 'Does not judge' },
  ],
  rows,
  verdicts === 'shared' ? 'They judge together.' : 'Each judges alone; overrides are shared.',
)}
<p class="soft">${usable} of ${servers.length} servers between them can be used.</p>`;
}

function databaseSection({ geo, geo_problems, geo_warnings }: StatusReport, now: number): Markup {
  const rows = geo.map(({ type, source, build_epoch }) => {
    const made = new Date(build_epoch * 1000).toISOString();
    return [type, source, made.slice(0, 10), ago(made, now)];
  });
  return html`${table([{ title: 'Type' }, { title: 'Source' }, { title: 'Made' }, { title: 'Age' }], rows)}
${[...geo_problems, ...geo_warnings].map((text) => html`<p class="warning">${text}</p>`)}
${isGeoLite(geo) ? html`<p class="soft">${ATTRIBUTION}</p>` : undefined}`;
}

function questionSection({ counters }: StatusReport): Markup {
  const { queries, rcodes, rate_limited, dropped } = counters;
  const asked = Object.entries(queries).map(([transport, { ipv4, ipv6 }]) => [
    transport.toUpperCase(),
    ipv4,
    ipv6,
  ]);
  const answers = Object.entries(rcodes).map(([rcode, count]) => `${rcode} ${count}`);
  const limited = rate_limited.truncated + rate_limited.bad_cookie + rate_limited.dropped;
  return html`${table([{ title: 'Over' }, { title: 'IPv4', isNumber: true }, { title: 'IPv6', isNumber: true }], asked)}
<p class="soft">Answered: ${answers.length === 0 ? 'none yet' : answers.join(', ')}. Too many for their client: ${limited}. Not looked at: ${dropped}.</p>`;
}
