import t from 'tap';
import { COUNTRY_CODES, pointOfCountry } from '../../src/platform/countries.js';

t.test('there is a point for every country, and for nothing else', async (t) => {
  t.equal(COUNTRY_CODES.size, 250, 'the 249 of ISO 3166-1 and XK');
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  for (const code of COUNTRY_CODES) t.not(names.of(code), undefined, code);
  // Codes that CLDR names and ISO 3166-1 does not assign (or no longer does).
  const others =
    'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH QO RH SU TA TP UK UN VD XA XB YD YU ZR ZZ'.split(' ');
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const named = letters
    .flatMap((a) => letters.map((b) => a + b))
    .filter((code) => names.of(code) !== undefined);
  const missing = named.filter((code) => !COUNTRY_CODES.has(code) && !others.includes(code));
  t.strictSame(missing, []);
});

t.test('points are on the map, to a tenth of a degree, and nobody is at 0, 0', async (t) => {
  for (const code of COUNTRY_CODES) {
    const point = pointOfCountry(code);
    if (point === undefined) {
      t.fail(`${code} has no point`);
      continue;
    }
    const { latitude, longitude } = point;
    t.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, `${code} is on the map`);
    t.equal(Number(latitude.toFixed(1)), latitude, `${code} latitude`);
    t.equal(Number(longitude.toFixed(1)), longitude, `${code} longitude`);
    t.not(Math.abs(latitude) + Math.abs(longitude), 0, `${code} is not at 0, 0`);
  }
});

t.test('a point is where the people are', async (t) => {
  const near = (code: string, latitude: number, longitude: number): void => {
    const point = pointOfCountry(code);
    t.ok(
      point && Math.abs(point.latitude - latitude) < 2 && Math.abs(point.longitude - longitude) < 4,
      `${code} is near ${latitude}, ${longitude}`,
    );
  };
  near('US', 37.4, -91.5);
  near('RU', 56, 46);
  near('CA', 48.4, -76.6);
  near('AU', -33.5, 147);
  near('DE', 51, 10);
  near('JP', 35.6, 137);
});

t.test('what is no country has no point', async (t) => {
  for (const code of ['EU', 'ZZ', 'A1', 'us', '', '__proto__', 'constructor']) {
    t.equal(pointOfCountry(code), undefined, code);
  }
});
