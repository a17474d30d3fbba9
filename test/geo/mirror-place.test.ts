import t from 'tap';
import { placeMirror } from '../../src/geo/mirror-place.js';
import { type Address, parseAddress } from '../../src/ip/address.js';
import { pointOfCountry } from '../../src/platform/countries.js';
import type { Location } from '../../src/platform/types.js';

const addresses = ['2a00::10', '81.2.69.10', '81.2.69.11', '2a00::11']
  .map((text) => parseAddress(text))
  .filter((address) => address !== null);

/** A database that knows these addresses. */
function lookup(known: Readonly<Record<string, Location>>): (address: Address) => Location {
  return ({ text }) => known[text] ?? {};
}

const munich = { country: 'DE', point: { latitude: 48.1, longitude: 11.6 } };
const berlin = { country: 'DE', point: { latitude: 52.5, longitude: 13.4 } };
const vienna = { country: 'AT', point: { latitude: 48.2, longitude: 16.4 } };

t.test('what the operator states wins', async (t) => {
  const stated = { country: 'DE', latitude: 52.5, longitude: 13.4 };
  const never = (): Location => {
    throw new Error('nobody need ask');
  };
  t.strictSame(placeMirror(stated, addresses, never), { location: berlin, source: 'stated' });
});

t.test('coordinates that are missing come from the database where the country agrees', async (t) => {
  t.strictSame(placeMirror({ country: 'DE' }, addresses, lookup({ '81.2.69.10': munich })), {
    location: munich,
    source: 'database',
  });
  t.strictSame(
    placeMirror({ country: 'DE' }, addresses, lookup({ '81.2.69.10': vienna })),
    { location: { country: 'DE', point: pointOfCountry('DE') }, source: 'country' },
    'it does not agree',
  );
  t.strictSame(
    placeMirror({ country: 'DE' }, addresses, lookup({ '81.2.69.10': { point: munich.point } })),
    { location: { country: 'DE', point: pointOfCountry('DE') }, source: 'country' },
    'it does not say',
  );
  t.strictSame(placeMirror({ country: 'DE' }, addresses, lookup({})).source, 'country');
});

t.test('with nothing stated, the database: the first IPv4, else the first IPv6', async (t) => {
  const all = { '81.2.69.10': munich, '81.2.69.11': berlin, '2a00::10': vienna, '2a00::11': berlin };
  t.strictSame(placeMirror({}, addresses, lookup(all)), { location: munich, source: 'database' });
  const onlyIPv6 = addresses.filter(({ family }) => family === 'ipv6');
  t.strictSame(placeMirror({}, onlyIPv6, lookup(all)), { location: vienna, source: 'database' });
  const withoutFirst = { ...all, '81.2.69.10': {} };
  t.strictSame(
    placeMirror({}, addresses, lookup(withoutFirst)),
    { location: vienna, source: 'database' },
    'the first IPv6 where nothing is known of the first IPv4',
  );
});

t.test('what a database says of special-purpose addresses places nobody', async (t) => {
  const inside = ['172.16.0.1', 'fd00::1'].flatMap((text) => parseAddress(text) ?? []);
  const known = lookup({ '172.16.0.1': munich, 'fd00::1': munich, '2a00::10': vienna });
  t.strictSame(placeMirror({}, inside, known), { location: {}, source: 'unknown' });
  const both = [...inside.slice(0, 1), ...addresses.slice(0, 1)];
  t.strictSame(placeMirror({}, both, known), { location: vienna, source: 'database' });
});

t.test('unknown is unknown, not a point in the sea', async (t) => {
  t.strictSame(placeMirror({}, addresses, lookup({})), { location: {}, source: 'unknown' });
  t.strictSame(placeMirror({}, [], lookup({})), { location: {}, source: 'unknown' });
  t.strictSame(placeMirror({ country: 'ZZ' }, addresses, lookup({})), {
    location: { country: 'ZZ' },
    source: 'unknown',
  });
});

t.test('coordinates without a country take it from the database only where the two are close', async (t) => {
  const stated = { latitude: 52.5, longitude: 13.4 };
  const near = { country: 'DE', point: { latitude: 51.3, longitude: 12.4 } };
  t.strictSame(placeMirror(stated, addresses, lookup({ '81.2.69.10': near })), {
    location: { country: 'DE', point: berlin.point },
    source: 'stated',
  });
  t.strictSame(placeMirror(stated, addresses, lookup({ '81.2.69.10': vienna })), {
    location: { point: berlin.point },
    source: 'stated',
  });
  t.strictSame(placeMirror(stated, addresses, lookup({})), {
    location: { point: berlin.point },
    source: 'stated',
  });
});

t.test('close is close across the date line too, and less far in degrees near the equator', async (t) => {
  const at = (latitude: number, longitude: number, country: string) =>
    placeMirror(
      { latitude: -17.0, longitude: 179.5 },
      addresses,
      lookup({
        '81.2.69.10': { country, point: { latitude, longitude } },
      }),
    ).location.country;
  t.equal(at(-17.0, -179.5, 'FJ'), 'FJ');
  t.equal(at(-17.0, 176.0, 'FJ'), undefined);
  const north = placeMirror(
    { latitude: 69.7, longitude: 19 },
    addresses,
    lookup({
      '81.2.69.10': { country: 'NO', point: { latitude: 69.7, longitude: 23 } },
    }),
  );
  t.equal(north.location.country, 'NO', 'four degrees of longitude are 155 km there');
});

t.test('half of a pair of coordinates counts for nothing', async (t) => {
  t.strictSame(placeMirror({ latitude: 52.5 }, addresses, lookup({ '81.2.69.10': munich })), {
    location: munich,
    source: 'database',
  });
});
