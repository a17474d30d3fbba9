/**
 * The map of the world for one pool and family, as SVG. Each mirror is shown at its location; its size is its share, its
 * shape and colour its state. Each country has the hatching and colour of the mirror that leads there. Numbers say the same
 * without colours, and the page's table says it in words.
 */
import { COUNTRY_CODES, pointOfCountry } from '../platform/countries.js';
import type { Location } from '../platform/types.js';
import { html, Markup } from './html.js';
import { outlines } from './outlines.js';
import { HEIGHT, project, WIDTH } from './projection.js';
import { type Mark, spread } from './spread.js';
import { MAP_STYLE } from './style.js';

/** The state of a mirror in one family; `partly` if some of its addresses are down. */
export type MirrorState = 'up' | 'partly' | 'down' | 'unknown' | 'disabled';

export interface MappedMirror {
  /** Its label on the map. */
  readonly number: number;
  readonly name: string;
  readonly state: MirrorState;
  /** The fraction of the pool's downloads, 0 to 1. */
  readonly share: number;
  readonly place: Location;
}

export interface WorldMap {
  readonly title: string;
  readonly mirrors: readonly MappedMirror[];
  /** By country, the number of the mirror that leads there. */
  readonly leaders: ReadonlyMap<string, number>;
}

/** Countries with at least this area have room for a number. */
const ROOM_FOR_NUMBER = 220;
/** The radius of a mark without a share, and of the area added for a share of 1. */
const LEAST = 7.5;
const WHOLE = 22;
/** The radius of the dot for a country too small to have a shape. */
const DOT = 1.8;

/** Well-separated hues, and hatches: many mirrors get distinct combinations before one is repeated. */
const HUES = [210, 28, 140, 280, 0, 180, 55, 330, 100, 245, 15];
const ANGLES = [45, 135, 0, 90];
const SPACINGS = [6, 3.5, 9];

const NAMES = new Intl.DisplayNames(['en'], { type: 'region' });

/** A country's name in English. */
export function nameOfCountry(code: string): string {
  return NAMES.of(code) ?? code;
}

export function drawMap({ title, mirrors, leaders }: WorldMap): Markup {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>${title}</title>
<style>${new Markup(MAP_STYLE)}</style>
<defs>${mirrors.map(({ number }) => hatch(number))}</defs>
${drawCountries(mirrors, leaders)}
${drawMirrors(mirrors)}
</svg>
`;
}

function hatch(number: number): Markup {
  const i = number - 1;
  const hue = HUES[i % HUES.length] ?? 0;
  const angle = ANGLES[i % ANGLES.length] ?? 0;
  const spacing = SPACINGS[Math.floor(i / ANGLES.length) % SPACINGS.length] ?? 6;
  return html`<pattern id="m${number}" class="hatch" width="${spacing}" height="${spacing}" patternUnits="userSpaceOnUse" patternTransform="rotate(${angle})"><rect width="${spacing}" height="${spacing}" fill="hsl(${hue},60%,82%)"/><path d="M0 0H${spacing}" stroke="hsl(${hue},55%,55%)" stroke-width="1.6"/></pattern>
`;
}

function drawCountries(mirrors: WorldMap['mirrors'], leaders: WorldMap['leaders']): Markup {
  const names = new Map(mirrors.map(({ number, name }) => [number, name]));
  const shapes = outlines();
  const numbers: Markup[] = [];
  const countries = [...COUNTRY_CODES].map((code) => {
    const number = leaders.get(code);
    const shape = shapes.get(code);
    const [x, y] = whereIs(code);
    const led = number === undefined ? 'nobody' : `${number} ${names.get(number) ?? ''}`;
    const title = html`<title>${nameOfCountry(code)}: ${led}</title>`;
    const look =
      number === undefined ? html`class="land nobody"` : html`class="land" fill="url(#m${number})"`;
    if (number !== undefined && (shape?.area ?? 0) >= ROOM_FOR_NUMBER) {
      numbers.push(html`<text class="number" x="${x}" y="${y}">${number}</text>`);
    }
    return shape === undefined
      ? html`<circle ${look} cx="${x}" cy="${y}" r="${DOT}">${title}</circle>`
      : html`<path ${look} d="${shape.path}">${title}</path>`;
  });
  return html`<g>${countries}</g>
<g>${numbers}</g>`;
}

function whereIs(code: string): readonly [x: number, y: number] {
  const [x, y] = project(pointOfCountry(code) ?? { latitude: 0, longitude: 0 });
  return [rounded(x), rounded(y)];
}

function drawMirrors(mirrors: WorldMap['mirrors']): Markup {
  const there = mirrors.flatMap((mirror) => {
    const { point } = mirror.place;
    if (point === undefined) return [];
    const [x, y] = project(point);
    const radius = Math.sqrt(LEAST ** 2 + mirror.share * WHOLE ** 2);
    return { mirror, home: { x, y, radius: radius + 1 } };
  });
  const marks = spread(there.map(({ home }) => home));
  return html`<g class="marks">${there.map(({ mirror, home }, i) => drawMirror(mirror, home, marks[i] ?? home))}</g>`;
}

function drawMirror({ number, name, state, share }: MappedMirror, home: Mark, mark: Mark): Markup {
  const [x, y] = [rounded(mark.x), rounded(mark.y)];
  const isMoved = mark.x !== home.x || mark.y !== home.y;
  const way = isMoved
    ? html`<path class="way" d="M${x} ${y}L${rounded(home.x)} ${rounded(home.y)}"/><circle cx="${rounded(home.x)}" cy="${rounded(home.y)}" r="1.5"/>`
    : undefined;
  const title = `${number} ${name}: ${state}, ${(100 * share).toFixed(1)} % of downloads`;
  return html`${way}<path class="mark ${state}" transform="translate(${x} ${y})" d="${shapeOf(state, rounded(mark.radius - 1))}"><title>${title}</title></path><text x="${x}" y="${y}">${number}</text>
`;
}

/** A shape of about the area of a circle with that radius. */
function shapeOf(state: MirrorState, r: number): string {
  const side = rounded(0.89 * r);
  const far = rounded(1.25 * r);
  const low = rounded(1.45 * r);
  switch (state) {
    case 'up':
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
    case 'down':
      return `M${-low} ${-side}H${low}L0 ${low}z`;
    case 'disabled':
      return `M${-side} ${-side}H${side}V${side}H${-side}z`;
    case 'partly':
    case 'unknown':
      return `M0 ${-far}L${far} 0L0 ${far}L${-far} 0z`;
  }
}

function rounded(length: number): number {
  return Math.round(length * 10) / 10;
}
