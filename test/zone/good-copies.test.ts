import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { keepGood } from '../../src/zone/good-copies.js';
import { loadZoneDirectory, parseFiles } from '../../src/zone/zone-files.js';
import { ODD_FILES, putInPlace } from '../state/odd-files.js';
import { zoneText } from './zone-text.js';

const zoneNamed = (name: string): string => zoneText({ zone: `zone: ${name}` });

t.test('whatever lies where a copy should be keeps no other zone from its copy', async (t) => {
  const directory = t.testdir({ keep: {} });
  const keep = join(directory, 'keep');
  const zones = ['a', 'b'].map((name) => {
    const file = join(directory, `${name}.yaml`);
    writeFileSync(file, zoneNamed(`${name}.example`));
    return file;
  });
  const files = parseFiles(zones);
  for (const odd of Object.keys(ODD_FILES)) {
    putInPlace(odd, join(keep, 'a.yaml'));
    rmSync(join(keep, 'b.yaml'), { force: true });
    const keeping = () => keepGood(keep, files);
    if (odd === 'a directory') t.throws(keeping, { message: /a\.yaml/ });
    else keeping();
    t.equal(readFileSync(join(keep, 'b.yaml'), 'utf8'), zoneNamed('b.example'), odd);
    if (odd !== 'a directory')
      t.equal(readFileSync(join(keep, 'a.yaml'), 'utf8'), zoneNamed('a.example'), odd);
  }
  putInPlace('a FIFO', join(keep, 'a.yaml'));
  writeFileSync(zones[0] ?? '', 'zone: wrong');
  t.match(loadZoneDirectory({ directory, keep }).refused, [{ file: zones[0] }], 'and none is read from it');
});

t.test('copies that are right are left alone, and leftovers removed', async (t) => {
  const directory = t.testdir({
    zones: { 'a.yaml': zoneNamed('a.example') },
    keep: { '.a.yaml.4711.tmp': 'half', README: 'not ours', 'old.yaml': zoneNamed('old.example') },
  });
  const keep = join(directory, 'keep');
  const files = loadZoneDirectory({ directory: join(directory, 'zones') });
  keepGood(keep, files);
  t.same(readdirSync(keep), ['README', 'a.yaml']);
  const copy = join(keep, 'a.yaml');
  utimesSync(copy, 1000, 1000);
  keepGood(keep, files);
  t.equal(statSync(copy).mtimeMs, 1_000_000);
});

t.test('copies are never kept among the zone files themselves', async (t) => {
  const directory = t.testdir({ zones: { 'a.yaml': zoneNamed('a.example'), 'b.yaml': 'wrong' } });
  const zones = join(directory, 'zones');
  symlinkSync(zones, join(directory, 'link'));
  const files = loadZoneDirectory({ directory: zones, keep: zones });
  const expected = { message: /zone files are read from there; name another state/ };
  t.throws(() => keepGood(zones, files), expected);
  t.throws(() => keepGood(join(directory, 'link'), files), expected);
  t.same(readdirSync(zones), ['a.yaml', 'b.yaml'], "the operator's wrong file is still there");
});

t.test('a place for copies that can not be written', async (t) => {
  const directory = t.testdir({ zones: { 'a.yaml': zoneNamed('a.example') }, file: '' });
  const files = loadZoneDirectory({ directory: join(directory, 'zones') });
  const expected = { code: /^E/ };
  t.throws(() => keepGood(join(directory, 'file'), files), expected, 'a file in its place');
  t.throws(() => keepGood(join(directory, 'file', 'below'), files), expected, 'below a file');
  t.throws(() => keepGood('/proc/geopool/zones', files), expected, 'where nothing can be made');
});

t.test(
  'the copy of a file that is refused stays: what was not accepted may be by the next version',
  async (t) => {
    const directory = t.testdir({
      zones: { 'a.yaml': 'zone: [', 'b.yaml': zoneNamed('b.example') },
      keep: { 'a.yaml': 'of: a version to come' },
    });
    const keep = join(directory, 'keep');
    const files = loadZoneDirectory({ directory: join(directory, 'zones'), keep });
    t.match(files.refused, [{ file: /a\.yaml$/ }]);
    keepGood(keep, files);
    t.same(readdirSync(keep), ['a.yaml', 'b.yaml']);
  },
);
