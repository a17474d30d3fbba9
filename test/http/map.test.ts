import t from 'tap';
import { drawMap, type MappedMirror, type MirrorState } from '../../src/http/map.js';
import { outlines } from '../../src/http/outlines.js';
import { COUNTRY_CODES } from '../../src/platform/countries.js';
import { makeOutlines } from './make-outlines.js';
import { activeParts, nestingFault } from './markup.js';

makeOutlines();

const BERLIN = { point: { latitude: 52.5, longitude: 13.4 } };

function mirror(number: number, changes: Partial<MappedMirror> = {}): MappedMirror {
  return { number, name: `m${number}`, state: 'up', share: 0.5, place: BERLIN, ...changes };
}

function draw(
  mirrors: readonly MappedMirror[],
  leaders: readonly (readonly [string, number])[] = [],
): string {
  return drawMap({ title: 'a "map"', mirrors, leaders: new Map(leaders) }).text;
}

t.test('outlines are of countries that there are, in steps that are numbers', async (t) => {
  const shapes = outlines();
  t.ok(shapes.size > 170);
  for (const [code, { path, area }] of shapes) {
    t.ok(COUNTRY_CODES.has(code) && area >= 0, code);
    t.match(path, /^(?:M-?[\d.]+[ -][\d.]+l[-. \d]+z)+$/, code);
  }
});

t.test('every country is there, by its shape or as a dot, and says who leads it', async (t) => {
  const svg = draw(
    [mirror(1), mirror(2)],
    [
      ['DE', 2],
      ['LI', 1],
    ],
  );
  t.equal(nestingFault(svg), undefined);
  t.same(activeParts(svg), []);
  t.equal(svg.match(/class="land/g)?.length, COUNTRY_CODES.size);
  t.match(svg, /<path class="land" fill="url\(#m2\)"[^>]*><title>Germany: 2 m2<\/title>/);
  t.match(svg, /<circle class="land" fill="url\(#m1\)"[^>]*><title>Liechtenstein: 1 m1<\/title>/);
  t.match(svg, /<path class="land nobody"[^>]*><title>Brazil: nobody<\/title>/);
});

t.test('each state has a shape of its own, and a word', async (t) => {
  const states: readonly MirrorState[] = ['up', 'partly', 'down', 'disabled'];
  const shapes = states.map((state) => {
    const [, shape = ''] =
      new RegExp(`class="mark ${state}"[^>]*d="([^"]*)"`).exec(draw([mirror(1, { state })])) ?? [];
    t.match(draw([mirror(1, { state })]), `1 m1: ${state}, 50.0 % of downloads`);
    return shape.replaceAll(/[-\d. ]+/g, '');
  });
  t.equal(new Set(shapes).size, states.length, shapes.join(' '));
});

t.test('of two mirrors in one place one is moved, with a line to where it is', async (t) => {
  t.notMatch(draw([mirror(1)]), /class="way"/);
  t.equal(draw([mirror(1), mirror(2, { share: 0.1 })]).match(/class="way"/g)?.length, 1);
});

t.test('one that nobody knows the place of is not drawn', async (t) => {
  t.notMatch(draw([mirror(1, { place: { country: 'DE' } })]), /class="mark /);
});

t.test('two of many mirrors that look alike are far from each other in number', async (t) => {
  const svg = draw(Array.from({ length: 44 }, (_, i) => mirror(i + 1)));
  const looks = [...svg.matchAll(/<pattern id="m\d+" (.*?)<\/pattern>/g)].map(([, look]) => look);
  t.equal(looks.length, 44);
  t.equal(new Set(looks).size, 44);
});
