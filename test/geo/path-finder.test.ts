/** Values by where the vendors put them: the first place that a record has counts. */
import t from 'tap';
import { dataSection, readText } from '../../src/geo/field-reader.js';
import { pathFinder } from '../../src/geo/path-finder.js';
import type { FieldPath } from '../../src/geo/record-shapes.js';
import { createDataWriter, type MmdbValue } from '../mmdb-writer.js';

const CODE: readonly FieldPath[] = [['country', 'iso_code'], ['country_code'], ['country']];
const REGION: readonly FieldPath[] = [['subdivisions', 'iso_code'], ['region_code']];

/** What is found in each of some records, one after the other by the same finder. */
function found(...records: MmdbValue[]): (string | undefined)[][] {
  const writer = createDataWriter();
  const offsets = records.map((record) => writer.add(record));
  const bytes = writer.bytes();
  const data = dataSection('x.mmdb', bytes, 0, bytes.length);
  const find = pathFinder(data, [CODE, REGION]);
  return offsets.map((offset) =>
    Array.from(find(offset), (at) => (at === 0 ? undefined : (readText(data, at) ?? 'no text'))),
  );
}

t.test('inside a field, beside it, or in its place', async (t) => {
  t.same(found({ x: 1, country: { names: { en: 'x' }, iso_code: 'DE' } }), [['DE', undefined]]);
  t.same(
    found({ x: 1, country_code: 'AT', country: 'Austria' }),
    [['AT', undefined]],
    'the first path that is there',
  );
  t.same(found({ x: 1, country: 'CH' }), [['CH', undefined]]);
  t.same(found({ x: 1 }), [[undefined, undefined]]);
});

t.test('of a list the first item counts, and an empty one has none', async (t) => {
  t.same(found({ x: 1, subdivisions: [{ iso_code: 'TX' }, { iso_code: 'YY' }] }), [[undefined, 'TX']]);
  t.same(found({ x: 1, region_code: 'BY' }), [[undefined, 'BY']]);
});

t.test('nothing of one record is found in the next', async (t) => {
  t.same(
    found(
      { x: 1, country: { iso_code: 'DE' }, subdivisions: [{ iso_code: 'BE' }] },
      { x: 2 },
      { x: 3, country_code: 'NL' },
    ),
    [
      ['DE', 'BE'],
      [undefined, undefined],
      ['NL', undefined],
    ],
  );
});

t.test('a field that a record has not is looked for nowhere else', async (t) => {
  t.same(found({ iso_code: 'ZZ' }, { x: 1 }), [
    [undefined, undefined],
    [undefined, undefined],
  ]);
});
