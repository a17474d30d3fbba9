import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import t from 'tap';
import {
  keepGood,
  loadZoneDirectory,
  parseFiles,
  type ZoneFiles,
  zoneFilesIn,
} from '../../src/zone/zone-files.js';
import { ODD_FILES, putInPlace } from '../state/odd-files.js';
import { zoneText } from './zone-text.js';

const zoneNamed = (name: string): string => zoneText({ zone: `zone: ${name}` });
const names = ({ loaded }: ZoneFiles): readonly string[] => loaded.map(({ zone }) => zone.name);

t.test('reads *.yaml and *.yml in their order', async (t) => {
  const directory = t.testdir({
    'b.yaml': zoneNamed('b.example'),
    'a.yml': zoneNamed('a.example'),
    '.hidden.yaml': 'wrong',
    'c.yaml~': 'wrong',
    'zone.schema.json': '{}',
    notes: { 'x.yaml': 'wrong' },
  });
  symlinkSync(join(directory, 'real'), join(directory, 'c.yaml'));
  writeFileSync(join(directory, 'real'), zoneNamed('c.example'));
  const files = loadZoneDirectory({ directory });
  t.same(files.refused, []);
  t.same(names(files), ['a.example', 'b.example', 'c.example']);
  t.same(
    zoneFilesIn(directory),
    ['a.yml', 'b.yaml', 'c.yaml'].map((name) => join(directory, name)),
  );
  const [first] = files.loaded;
  t.equal(first?.file, join(directory, 'a.yml'));
  t.equal(first?.zone.file, first?.file);
  t.equal(first?.text, zoneNamed('a.example'));
  t.notOk(first !== undefined && 'stale' in first);
});

t.test('a directory that is missing or empty is an error that says what to do', async (t) => {
  const directory = t.testdir({ empty: { 'README.md': '' } });
  t.throws(() => loadZoneDirectory({ directory: join(directory, 'gone') }), {
    code: 'ZONE_INVALID',
    message: /gone.*ENOENT.*--zones/,
  });
  t.throws(() => loadZoneDirectory({ directory: join(directory, 'empty') }), {
    code: 'ZONE_INVALID',
    message: /empty holds no zone file: put one there/,
  });
});

t.test('a wrong file is served from its last good copy', async (t) => {
  const directory = t.testdir({
    zones: { 'a.yaml': zoneNamed('a.example'), 'b.yaml': zoneNamed('b.example') },
    state: {},
  });
  const zones = join(directory, 'zones');
  const keep = join(directory, 'state', 'zones');
  const file = join(zones, 'a.yaml');
  keepGood(keep, loadZoneDirectory({ directory: zones, keep }).loaded);
  t.same(readdirSync(keep), ['a.yaml', 'b.yaml']);

  writeFileSync(file, `${zoneNamed('a.example')}tll: 60\n`);
  const files = loadZoneDirectory({ directory: zones, keep });
  t.same(files.refused, []);
  t.same(names(files), ['a.example', 'b.example']);
  t.match(files.loaded[0], {
    file,
    text: zoneNamed('a.example'),
    zone: { file },
    stale: [{ file, line: 5, column: 1, message: /unknown key "tll"/ }],
  });
  keepGood(keep, files.loaded);
  t.equal(readFileSync(join(keep, 'a.yaml'), 'utf8'), zoneNamed('a.example'), 'the copy stays the good one');

  writeFileSync(file, `${zoneNamed('a.example')}ttl: 90\n`);
  const mended = loadZoneDirectory({ directory: zones, keep });
  t.equal(mended.loaded[0]?.zone.ttl, 90);
  t.equal(mended.loaded[0]?.stale, undefined);
  keepGood(keep, mended.loaded);
  t.match(readFileSync(join(keep, 'a.yaml'), 'utf8'), /ttl: 90/);

  rmSync(file);
  const without = loadZoneDirectory({ directory: zones, keep });
  t.same(names(without), ['b.example'], 'a deleted file removes its zone');
  keepGood(keep, without.loaded);
  t.same(readdirSync(keep), ['b.yaml']);
});

t.test('a wrong file without a copy is refused, and others are not touched', async (t) => {
  const directory = t.testdir({ zones: { 'a.yaml': 'zone: [', 'b.yaml': zoneNamed('b.example') }, keep: {} });
  const files = loadZoneDirectory({ directory: join(directory, 'zones'), keep: join(directory, 'keep') });
  t.same(names(files), ['b.example']);
  t.match(files.refused, [{ file: join(directory, 'zones', 'a.yaml'), faults: [{ message: /YAML/ }] }]);
  t.same(
    loadZoneDirectory({ directory: join(directory, 'zones') }).refused,
    files.refused,
    'nor without a place for copies',
  );
});

t.test('a copy that is wrong itself is no help', async (t) => {
  const directory = t.testdir({ zones: { 'a.yaml': 'zone: [' }, keep: { 'a.yaml': 'zone: a.example' } });
  const files = loadZoneDirectory({ directory: join(directory, 'zones'), keep: join(directory, 'keep') });
  t.equal(files.loaded.length, 0);
  t.equal(files.refused.length, 1);
});

t.test('two files of one zone: the second is wrong', async (t) => {
  const directory = t.testdir({
    'a.yaml': zoneNamed('one.example'),
    'b.yaml': `# comment\n${zoneNamed('ONE.example.')}`,
  });
  const first = join(directory, 'a.yaml');
  const second = join(directory, 'b.yaml');
  const expected = [
    {
      file: second,
      faults: [
        { file: second, line: 2, column: 1, message: `the zone one.example is already that of ${first}` },
      ],
    },
  ];
  t.same(loadZoneDirectory({ directory }).refused, expected);
  t.same(parseFiles([first, second]).refused, expected, 'check says the same');
});

t.test('copies stand back behind what files say now', async (t) => {
  const directory = t.testdir({
    zones: { 'a.yaml': 'wrong', 'b.yaml': zoneNamed('one.example'), 'c.yaml': zoneNamed('one.example') },
    keep: { 'a.yaml': zoneNamed('one.example'), 'c.yaml': zoneNamed('three.example') },
  });
  const files = loadZoneDirectory({ directory: join(directory, 'zones'), keep: join(directory, 'keep') });
  t.same(names(files), ['one.example', 'three.example']);
  t.match(files.loaded[1], { file: /c\.yaml$/, stale: [{ message: /already that of/ }] });
  t.match(files.refused, [{ file: /a\.yaml$/ }]);
});

t.test('what can not be read is wrong too, and has its copy', async (t) => {
  const directory = t.testdir({
    zones: {
      'dir.yaml': {},
      'latin.yaml': Buffer.from([0x7a, 0xe9]),
      'large.yaml': `#${'x'.repeat(8 * 1024 * 1024)}`,
    },
    keep: { 'dir.yaml': zoneNamed('dir.example') },
  });
  const zones = join(directory, 'zones');
  execFileSync('mkfifo', [join(zones, 'pipe.yaml')]);
  symlinkSync('nowhere', join(zones, 'void.yaml'));
  const { loaded, refused } = loadZoneDirectory({ directory: zones, keep: join(directory, 'keep') });
  t.match(loaded, [
    { zone: { name: 'dir.example' }, stale: [{ line: 1, column: 1, message: /not a file/ }] },
  ]);
  t.match(refused, [
    { file: /large/, faults: [{ message: /larger than 8 MiB/ }] },
    { file: /latin/, faults: [{ message: /not in UTF-8/ }] },
    { file: /pipe/, faults: [{ message: /not a file/ }] },
    { file: /void/, faults: [{ message: /can't be read: ENOENT/ }] },
  ]);
});

t.test('whatever lies where a copy should be keeps no other zone from its copy', async (t) => {
  const directory = t.testdir({ keep: {} });
  const keep = join(directory, 'keep');
  const zones = ['a', 'b'].map((name) => {
    const file = join(directory, `${name}.yaml`);
    writeFileSync(file, zoneNamed(`${name}.example`));
    return file;
  });
  const { loaded } = parseFiles(zones);
  for (const odd of Object.keys(ODD_FILES)) {
    putInPlace(odd, join(keep, 'a.yaml'));
    rmSync(join(keep, 'b.yaml'), { force: true });
    const keeping = () => keepGood(keep, loaded);
    if (odd === 'a directory') t.throws(keeping, { code: 'STATE_UNUSABLE', message: /a\.yaml/ });
    else keeping();
    t.equal(readFileSync(join(keep, 'b.yaml'), 'utf8'), zoneNamed('b.example'), odd);
    if (odd !== 'a directory')
      t.equal(readFileSync(join(keep, 'a.yaml'), 'utf8'), zoneNamed('a.example'), odd);
  }
  putInPlace('a FIFO', join(keep, 'a.yaml'));
  writeFileSync(zones[0] ?? '', 'zone: wrong');
  t.match(loadZoneDirectory({ directory, keep }).refused, [{ file: zones[0] }], 'and none is read from it');
});

t.test('check reads each file once, and says what is missing', async (t) => {
  const directory = t.testdir({ 'a.yaml': zoneNamed('a.example') });
  const file = join(directory, 'a.yaml');
  const { loaded, refused } = parseFiles([file, relative(process.cwd(), file), join(directory, 'gone.yaml')]);
  t.equal(loaded.length, 1);
  t.match(refused, [{ file: /gone\.yaml$/, faults: [{ line: 1, column: 1, message: /ENOENT/ }] }]);
});

t.test('copies that are right are left alone, and leftovers removed', async (t) => {
  const directory = t.testdir({
    zones: { 'a.yaml': zoneNamed('a.example') },
    keep: { '.a.yaml.4711.tmp': 'half', README: 'not ours', 'old.yaml': zoneNamed('old.example') },
  });
  const keep = join(directory, 'keep');
  const { loaded } = loadZoneDirectory({ directory: join(directory, 'zones') });
  keepGood(keep, loaded);
  t.same(readdirSync(keep), ['README', 'a.yaml']);
  const copy = join(keep, 'a.yaml');
  utimesSync(copy, 1000, 1000);
  keepGood(keep, loaded);
  t.equal(statSync(copy).mtimeMs, 1_000_000);
});

t.test('copies are never kept among the zone files themselves', async (t) => {
  const directory = t.testdir({ zones: { 'a.yaml': zoneNamed('a.example'), 'b.yaml': 'wrong' } });
  const zones = join(directory, 'zones');
  symlinkSync(zones, join(directory, 'link'));
  const { loaded } = loadZoneDirectory({ directory: zones, keep: zones });
  const expected = { code: 'STATE_UNUSABLE', message: /zone files are read from there; name another state/ };
  t.throws(() => keepGood(zones, loaded), expected);
  t.throws(() => keepGood(join(directory, 'link'), loaded), expected);
  t.same(readdirSync(zones), ['a.yaml', 'b.yaml'], "the operator's wrong file is still there");
});

t.test('a place for copies that can not be written', async (t) => {
  const directory = t.testdir({ zones: { 'a.yaml': zoneNamed('a.example') }, file: '' });
  const { loaded } = loadZoneDirectory({ directory: join(directory, 'zones') });
  const expected = { code: 'STATE_UNUSABLE', message: /can't keep copies of the zone files in/ };
  t.throws(() => keepGood(join(directory, 'file'), loaded), expected, 'a file in its place');
  t.throws(() => keepGood(join(directory, 'file', 'below'), loaded), expected, 'below a file');
  t.throws(() => keepGood('/proc/geopool/zones', loaded), expected, 'where nothing can be made');
});
