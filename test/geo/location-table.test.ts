import fc from 'fast-check';
import t from 'tap';
import { createLocationTable, locationAt, packCountry, unpackCountry } from '../../src/geo/location-table.js';

t.test('countries are packed into a number and back', async (t) => {
  t.equal(packCountry('DE'), 0x4445);
  t.equal(unpackCountry(0x4445), 'DE');
  t.equal(packCountry(undefined), 0);
  t.equal(unpackCountry(0), undefined);
});

t.test('equal locations share an index, index 0 is the unknown', async (t) => {
  const builder = createLocationTable();
  const berlin = { country: 'DE', point: { latitude: 52.5, longitude: 13.4 } };
  t.equal(builder.add({}), 0);
  t.equal(builder.add(berlin), 1);
  t.equal(builder.add({ point: berlin.point }), 2);
  t.equal(builder.add({ country: 'DE' }), 3);
  t.equal(builder.add({ country: 'AT', point: berlin.point }), 4);
  t.equal(builder.add({ ...berlin }), 1);
  t.equal(builder.add({ country: 'DE' }), 3);
  const table = builder.table();
  t.equal(table.count, 5);
  t.equal(table.country.length, 5);
  t.strictSame(locationAt(table, 0), {});
  t.strictSame(locationAt(table, 1), berlin);
  t.strictSame(locationAt(table, 2), { point: berlin.point });
  t.strictSame(locationAt(table, 3), { country: 'DE' });
  t.ok(Number.isNaN(table.latitude[3]) && Number.isNaN(table.longitude[3]));
  t.strictSame(locationAt(table, 99), {}, 'beyond the table');
});

t.test('any number of locations come back as they were added', async (t) => {
  const place = fc.record({
    country: fc.constantFrom(undefined, 'DE', 'US', 'JP'),
    latitude: fc.integer({ min: -900, max: 900 }),
    longitude: fc.integer({ min: -1800, max: 1800 }),
  });
  const property = fc.property(fc.array(place, { maxLength: 4000, size: 'max' }), (places) => {
    const builder = createLocationTable();
    const known = new Map<string, number>();
    const added = places.map(({ country, latitude, longitude }) => {
      const location = {
        ...(country !== undefined && { country }),
        point: { latitude: latitude / 10 + 0, longitude: longitude / 10 + 0 },
      };
      const index = builder.add(location);
      const key = JSON.stringify(location);
      if ((known.get(key) ?? index) !== index) throw new Error(`${key} has two indexes`);
      known.set(key, index);
      return { index, key };
    });
    const table = builder.table();
    if (table.count !== known.size + 1) throw new Error('indexes are not dense');
    return added.every(({ index, key }) => JSON.stringify(locationAt(table, index)) === key);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 30, seed: 7 }));
});
