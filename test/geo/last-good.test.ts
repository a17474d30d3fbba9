/** The note beside a copy, and how long the copy may stay. */
import { writeFileSync } from 'node:fs';
import t from 'tap';
import { endOf, formatNote, lastGoodPaths, readLastGood } from '../../src/geo/last-good.js';

const NOTE = {
  origin: '/var/lib/GeoIP/GeoLite2-City.mmdb',
  source: 'configured',
  identity: '1 2 3 4',
  type: 'GeoLite2-City',
  build_epoch: 1_700_000_000,
} as const;
const DAY = 86_400_000;

t.test('a note is read as it was written', async (t) => {
  const directory = t.testdir();
  const paths = lastGoodPaths(directory, 'location');
  t.equal(readLastGood(directory, 'location'), undefined);
  for (const note of [NOTE, { ...NOTE, source: 'updated', lost: 5 }] as const) {
    writeFileSync(paths.note, formatNote(note));
    t.same(readLastGood(directory, 'location'), { version: 1, path: paths.copy, ...note });
  }
  t.equal(readLastGood(directory, 'asn'), undefined, 'of the other kind there is none');
});

t.test('a note that makes no sense, or is of a newer version, is none', async (t) => {
  const directory = t.testdir();
  const { note } = lastGoodPaths(directory, 'location');
  for (const text of [
    '',
    '{',
    formatNote(NOTE).replace('"version":1', '"version":2'),
    formatNote(NOTE).replace('configured', 'embedded'),
    formatNote(NOTE).replace('1700000000', '"then"'),
    `${' '.repeat(70_000)}${formatNote(NOTE)}`,
  ]) {
    writeFileSync(note, text);
    t.equal(readLastGood(directory, 'location'), undefined, text.slice(0, 40));
  }
});

t.test('30 days after its file was lost a copy ends, if it is MaxMind’s or does not serve', async (t) => {
  t.equal(endOf({ type: 'GeoLite2-City' }), undefined);
  t.equal(endOf({ type: 'GeoLite2-City', lost: DAY }), 31 * DAY);
  t.equal(endOf({ type: 'ipinfo standard_location.mmdb', lost: DAY }), undefined);
  t.equal(endOf({ type: 'ipinfo standard_location.mmdb', lost: DAY }, false), 31 * DAY);
});
