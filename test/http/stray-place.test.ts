import t from 'tap';
import { isSwapped, straysTo } from '../../src/http/stray-place.js';
import { COUNTRY_CODES, pointOfCountry } from '../../src/platform/countries.js';

const at = (latitude: number, longitude: number, country: string): string | undefined =>
  straysTo({ latitude, longitude }, country);

t.test('slips of the pen', async (t) => {
  t.equal(at(13.4, 52.5, 'DE'), undefined, 'latitude and longitude swapped: at sea, which nobody can judge');
  t.equal(at(48.9, -102.3, 'FR'), 'US', 'a sign and a digit');
  t.equal(at(37.4, 122.1, 'US'), 'CN', 'a missing sign');
  t.equal(at(-33.9, 18.4, 'AU'), 'ZA', 'another city of that latitude');
  t.equal(at(52.5, 13.4, 'BR'), 'DE', 'another country');
  t.equal(at(40.7, -74, 'SG'), 'US', 'at the coast, and a country that the map lacks');
});

t.test('nothing is said near borders, at coasts, of islands, enclaves and disputed land', async (t) => {
  for (const [latitude, longitude, country] of [
    [47.56, 7.59, 'DE'], // Basel
    [22.32, 114.17, 'HK'],
    [22.2, 113.55, 'MO'],
    [1.35, 103.8, 'SG'],
    [44.6, 33.5, 'UA'], // Sevastopol
    [44.6, 33.5, 'RU'],
    [35.9, -5.3, 'ES'], // Ceuta
    [54.7, 20.5, 'RU'], // Kaliningrad
    [28.1, -15.4, 'ES'], // Las Palmas
    [-21.1, 55.5, 'FR'], // La Réunion
    [4.9, -52.3, 'FR'], // Cayenne
    [4.9, -52.3, 'GF'],
    [78.2, 15.6, 'NO'], // Longyearbyen
    [-27.1, -109.4, 'CL'], // Easter Island
    [21.3, -157.9, 'US'], // Honolulu
    [61.2, -149.9, 'US'], // Anchorage
    [-29.3, 27.5, 'LS'],
    [43.73, 7.42, 'MC'],
    [41.9, 12.45, 'VA'],
    [42.66, 21.16, 'XK'],
    [42.66, 21.16, 'RS'],
    [65, -180, 'RU'],
    [-90, 0, 'AQ'],
  ] as const) {
    t.equal(at(latitude, longitude, country), undefined, `${country} ${latitude} ${longitude}`);
  }
});

t.test('every country has its own middle', async (t) => {
  for (const code of COUNTRY_CODES) {
    const point = pointOfCountry(code);
    if (point !== undefined) t.equal(straysTo(point, code), undefined, code);
  }
});

t.test('latitude and longitude swapped, also where that is at sea', async (t) => {
  for (const [latitude, longitude, country] of [
    [2.35, 48.86, 'FR'],
    [13.4, 52.5, 'DE'],
    [-0.1, 51.5, 'GB'],
    [-74, 40.7, 'US'],
    [-46.6, -23.5, 'BR'],
    [103.8, 1.35, 'SG'],
  ] as const) {
    t.equal(isSwapped({ latitude, longitude }, country), true, country);
    t.equal(isSwapped({ latitude: longitude, longitude: latitude }, country), false, country);
  }
  t.equal(isSwapped({ latitude: 2.35, longitude: 48.86 }, 'LU'), false, 'that is Paris, 280 km away');
  t.equal(isSwapped({ latitude: 10, longitude: -160 }, 'US'), false, 'no latitude');
  t.equal(isSwapped({ latitude: 10, longitude: 10 }, 'DE'), false, 'wrong in another way');
});
