/**
 * The page of one pool: its map, each mirror's state and share, and its history.
 */
import { peopleOnline } from '../compile/people-online.js';
import type { HistoryReport } from '../control/history-report.js';
import type { MirrorReport, PoolReport } from '../control/mirror-report.js';
import { describeSelfWeight } from '../report/describe-self-weight.js';
import { describeShare } from '../report/describe-share.js';
import type { Finding } from '../report/finding.js';
import { formatSize } from '../zone/sizes.js';
import { type Content, html, type Markup } from './html.js';
import { nameOfCountry } from './map.js';
import { ago, findingList, formatTime, NBSP, percent, poolPath, stateMark, table } from './page.js';
import { type PoolView, stateOf, type ViewedMirror } from './pool-view.js';

/** The number of countries named for each mirror, and of transitions shown. */
const MOST_COUNTRIES = 12;
const MOST_TRANSITIONS = 50;

export interface PoolPageParts {
  readonly zone: string;
  readonly pool: PoolReport;
  readonly view: PoolView | undefined;
  readonly history: HistoryReport;
  readonly findings: readonly Finding[];
  readonly form: Markup;
  readonly now: number;
}

export function poolBody({ zone, pool, view, history, findings, form, now }: PoolPageParts): Markup {
  return html`<h1>${pool.name}</h1>
${findingList(findings)}
${view === undefined ? html`<p>This pool has no mirror with an address and a weight above 0.</p>` : mapFigure(zone, pool.name, view)}
<h2>Mirrors</h2>
${addressTable(pool, view, now)}
${fleetSection(pool, now)}
<h2>Availability</h2>
${availabilityTable(pool, history)}
<h2>What happened</h2>
${transitionTable(pool, history)}
<h2>Explain an answer</h2>
${form}
`;
}

/** The map, and a table that says the same in words. */
export function mapFigure(zone: string, owner: string, { family, families, mirrors }: PoolView): Markup {
  const path = `${poolPath(zone, owner, 'map')}?family=${family}`;
  const others = families
    .filter((other) => other !== family)
    .map(
      (other) => html` <a href="${poolPath(zone, owner)}?family=${other}">Show ${nameOfFamily(other)}.</a>`,
    );
  const rows = mirrors.map(({ number, name, state, share, countries }) => [
    `${number}${NBSP}${name}`,
    stateMark(state),
    percent(share),
    countriesIn(countries),
  ]);
  return html`<figure class="map">
<a href="${path}"><img src="${path}" alt="A map of the world: the table below says the same in words." width="1000" height="435"></a>
<figcaption>Whom ${owner} leads where, over ${nameOfFamily(family)}. ● up, ◆ partly up or not judged yet, ▼ down, ■ disabled; the larger, the more is expected of it. A country
has the number, colour and hatching of the mirror that most of its downloads come from, taken in the middle of its people.${others}</figcaption>
</figure>
${table(
  [
    { title: 'Mirror' },
    { title: 'State' },
    { title: 'Expected share', isNumber: true },
    { title: 'Leads in' },
  ],
  rows,
  'The expected share is of all downloads, as if everybody online asked alike.',
)}`;
}

function countriesIn(codes: readonly string[]): string {
  // The countries with the most people first, since not all are named.
  const names = [...codes].sort((a, b) => peopleOnline(b) - peopleOnline(a)).map(nameOfCountry);
  const more = names.length - MOST_COUNTRIES;
  return more > 1 ? `${names.slice(0, MOST_COUNTRIES).join(', ')} and ${more} more` : names.join(', ');
}

export function nameOfFamily(family: PoolView['family']): string {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}

function addressTable({ mirrors }: PoolReport, view: PoolView | undefined, now: number): Markup {
  const numbers = new Map(
    view?.mirrors.map(({ name, number }): [string, ViewedMirror['number']] => [name, number]),
  );
  return table(
    [
      { title: 'Mirror' },
      { title: 'Address' },
      { title: 'State' },
      { title: 'Since', isNumber: true },
      { title: 'Weight', isNumber: true },
      { title: 'Last probe', isNumber: true },
      { title: 'Why' },
    ],
    mirrors.map((mirror) => [
      [numbers.get(mirror.name), NBSP, mirror.name],
      mirror.address,
      stateMark(stateOf([mirror])),
      ago(mirror.since, now),
      mirror.weight,
      mirror.last_probe === undefined
        ? undefined
        : html`${mirror.last_probe.ms} ms, ${ago(mirror.last_probe.at, now)} ago`,
      reasonsOf(mirror).join('; '),
    ]),
  );
}

function reasonsOf(mirror: MirrorReport): string[] {
  const {
    weight,
    backup,
    override,
    cause,
    last_probe,
    suppressed,
    not_judged,
    growth,
    held_until,
    rate,
    warnings,
  } = mirror;
  const why = cause ?? last_probe?.error;
  const own = mirror.self_weight;
  const share = mirror.world_share && describeShare(mirror.world_share);
  return [
    ...(weight === 0 ? ['its weight is 0'] : []),
    ...(backup === true ? ['a backup'] : []),
    ...(override === undefined
      ? []
      : [
          `${override.state === 'up' ? 'held up' : 'disabled'} by an operator${override.until === undefined ? '' : ` until ${formatTime(override.until)}`}`,
        ]),
    ...(why === undefined ? [] : [why]),
    ...(suppressed === true ? ["fall suppressed: this host's uplink is down"] : []),
    ...(not_judged === undefined ? [] : [`not judged: ${not_judged}`]),
    ...(growth === undefined ? [] : [`came back: ${growth} tenths of its weight`]),
    ...(own === undefined || own.part === 1 ? [] : [describeSelfWeight(own.part, own.error)]),
    ...(share === undefined ? [] : [share]),
    ...(held_until === undefined ? [] : [`it flaps: held down until ${formatTime(held_until)}`]),
    ...(rate === undefined ? [] : [`${formatSize(rate)}/s`]),
    ...(warnings ?? []),
  ];
}

/** What each member of a fleet sees, since when and why. */
function fleetSection({ mirrors }: PoolReport, now: number): Markup | undefined {
  const judged = mirrors.flatMap(({ fleet, ...mirror }) => (fleet === undefined ? [] : { ...mirror, fleet }));
  const members = judged[0]?.fleet.members ?? [];
  if (members.length === 0) return undefined;
  return html`<h2>What each member of the fleet sees</h2>
${table(
  [
    { title: 'Mirror' },
    { title: 'Address' },
    { title: 'Together' },
    ...members.map(({ member }) => ({ title: member })),
  ],
  judged.map(({ name, address, fleet }) => [
    name,
    address,
    fleet.verdict === undefined ? 'each alone' : stood(fleet.verdict, fleet, now),
    ...fleet.members.map((member) => stood(member.state, member, now)),
  ]),
)}`;
}

function stood(
  state: 'up' | 'down' | undefined,
  { since, cause }: { readonly since?: string; readonly cause?: string },
  now: number,
): Content {
  if (state === undefined || since === undefined) return undefined;
  return html`<span class="${state}">${state}</span> for ${ago(since, now)}${cause === undefined ? '' : `: ${cause}`}`;
}

const DAYS = ['1', '7', '30', '180'] as const;

function availabilityTable(pool: PoolReport, { addresses, mirrors }: HistoryReport): Markup {
  const strikes = new Map(mirrors.map(({ mirror, strikes }) => [mirror, strikes.length]));
  const rows = addresses
    .filter((address) => address.pool === pool.name)
    .map(({ mirror, address, availability, watched }) => [
      mirror,
      watched ? address : `${address} (not watched now)`,
      ...DAYS.map((days) => formatAvailability(availability[days])),
      strikes.get(mirror) ?? 0,
    ]);
  return table(
    [
      { title: 'Mirror' },
      { title: 'Address' },
      ...DAYS.map((days) => ({ title: days === '1' ? '1 day' : `${days} days`, isNumber: true })),
      { title: 'Strikes', isNumber: true },
    ],
    rows,
    'Of the time in which it was watched; a strike is an outage of five minutes or more within six months.',
  );
}

/** Never rounded up to 100 if the address was down at all. */
function formatAvailability(part: number | null): string {
  if (part === null) return '-';
  return part === 1 ? '100 %' : `${(Math.floor(part * 10_000) / 100).toFixed(2)} %`;
}

function transitionTable(pool: PoolReport, { transitions }: HistoryReport): Markup {
  const own = transitions.filter((transition) => transition.pool === pool.name).slice(-MOST_TRANSITIONS);
  if (own.length === 0) return html`<p>Nothing is remembered.</p>`;
  const rows = own
    .reverse()
    .map(({ at, mirror, address, from, to, cause }) => [
      formatTime(at),
      mirror,
      address,
      html`${from} → <span class="${to}">${to}</span>`,
      cause,
    ]);
  return table(
    [{ title: 'When' }, { title: 'Mirror' }, { title: 'Address' }, { title: 'State' }, { title: 'Why' }],
    rows,
  );
}
