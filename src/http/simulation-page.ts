/**
 * A simulation as one self-contained page: it needs no server, no script and no other file.
 */
import type { RegionReport, SimulatedPoolReport } from '../foresight/report.js';
import { countOf } from '../platform/count-of.js';
import type { Location } from '../platform/types.js';
import { type Content, html, Markup } from './html.js';
import { drawMap, nameOfCountry } from './map.js';
import { formatTime, NBSP, percent, table } from './page.js';
import { PAGE_STYLE } from './style.js';

/** A pool's report, and where its mirrors are. */
export interface SimulatedPoolPart {
  readonly report: SimulatedPoolReport;
  readonly mirrors: readonly { readonly name: string; readonly place: Location }[];
}

/** The number of mirrors named for each region. */
const MOST_MIRRORS = 8;

/** The page; `now` in milliseconds since 1970. */
export function simulationPage(pools: readonly SimulatedPoolPart[], now: number): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the pools will answer</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<header>geopool simulate, ${formatTime(now)}</header>
<main>
${pools.map(poolSection)}
</main>
</body>
</html>
`.text;
}

function poolSection({ report, mirrors }: SimulatedPoolPart): Markup {
  const { pool, type, world, continents, countries, equal_mirrors, above } = report;
  const numbers = new Map(mirrors.map(({ name }, i) => [name, i + 1]));
  const leaders = new Map(
    Object.entries(countries).flatMap(([code, { shares }]) => {
      const number = numbers.get(Object.keys(shares)[0] ?? '');
      return number === undefined ? [] : [[code, number] as const];
    }),
  );
  const title = `Whom ${pool} ${type} leads where`;
  const map = drawMap({
    title,
    mirrors: mirrors.map(({ name, place }, i) => ({
      number: i + 1,
      name,
      state: 'up',
      share: world.shares[name] ?? 0,
      place,
    })),
    leaders,
  });
  const name = (mirror: string): string => `${numbers.get(mirror) ?? ''}${NBSP}${mirror}`;
  const regions = [
    ['The world', world] as const,
    ...Object.entries(continents).map(([code, region]) => [CONTINENTS[code] ?? code, region] as const),
    ...Object.entries(countries).map(([code, region]) => [nameOfCountry(code), region] as const),
  ];
  return html`<h1>${pool} ${type}</h1>
<p>As concentrated as ${equal_mirrors.toFixed(1)} mirrors with equal shares${world.mean_km === undefined ? '' : `; bytes travel ${world.mean_km} km in the mean, ${world.p95_km} km at most for 95 %`}.</p>
${above.length === 0 ? undefined : html`<ul>${above.map(({ mirror, country, share }) => html`<li class="warning">${mirror} has ${percent(share)} of ${nameOfCountry(country)}</li>`)}</ul>`}
<figure class="map">${map}<figcaption>Each country has the number, colour and hatching of the mirror that most of its downloads come from.</figcaption></figure>
${table(
  [
    { title: 'Where' },
    { title: 'Clients', isNumber: true },
    { title: 'Mean km', isNumber: true },
    { title: '95 % within km', isNumber: true },
    { title: 'Mirrors' },
  ],
  regions.map(([where, region]) => cells(where, region, name)),
)}
`;
}

const CONTINENTS: Readonly<Record<string, string>> = {
  AF: 'Africa',
  AN: 'Antarctica',
  AS: 'Asia',
  EU: 'Europe',
  NA: 'North America',
  OC: 'Oceania',
  SA: 'South America',
};

function cells(where: string, region: RegionReport, name: (mirror: string) => string): readonly Content[] {
  const { clients, mean_km, p95_km, shares, unanswered } = region;
  const all = Object.entries(shares);
  const mirrors = all.slice(0, MOST_MIRRORS).map(([mirror, share]) => `${name(mirror)} ${percent(share)}`);
  const others = all.slice(MOST_MIRRORS);
  if (others.length > 0) {
    const rest = others.reduce((sum, [, share]) => sum + share, 0);
    mirrors.push(`${countOf(others.length, 'other')} ${percent(rest)}`);
  }
  if (unanswered > 0) mirrors.push(`nobody ${percent(unanswered)}`);
  return [where, percent(clients), mean_km, p95_km, mirrors.join(', ')];
}
