import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import t, { type Test } from 'tap';
import { keepGood } from '../../src/zone/good-copies.js';
import {
  describeIgnored,
  loadZoneDirectory,
  parseFiles,
  type ZoneFiles,
  zoneFilesIn,
} from '../../src/zone/zone-files.js';
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
  keepGood(keep, loadZoneDirectory({ directory: zones, keep }));
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
  keepGood(keep, files);
  t.equal(readFileSync(join(keep, 'a.yaml'), 'utf8'), zoneNamed('a.example'), 'the copy stays the good one');

  writeFileSync(file, `${zoneNamed('a.example')}ttl: 90\n`);
  const mended = loadZoneDirectory({ directory: zones, keep });
  t.equal(mended.loaded[0]?.zone.ttl, 90);
  t.equal(mended.loaded[0]?.stale, undefined);
  keepGood(keep, mended);
  t.match(readFileSync(join(keep, 'a.yaml'), 'utf8'), /ttl: 90/);

  rmSync(file);
  const without = loadZoneDirectory({ directory: zones, keep });
  t.same(names(without), ['b.example'], 'a deleted file removes its zone');
  keepGood(keep, without);
  t.same(readdirSync(keep), ['b.yaml']);
});

t.test('a wrong file without a copy is refused, and others are not touched', async (t) => {
  const directory = t.testdir({ zones: { 'a.yaml': 'zone: [', 'b.yaml': zoneNamed('b.example') }, keep: {} });
  const files = loadZoneDirectory({ directory: join(directory, 'zones'), keep: join(directory, 'keep') });
  t.same(names(files), ['b.example']);
  t.match(files.refused, [
    { file: join(directory, 'zones', 'a.yaml'), faults: [{ message: /no \] behind it/ }] },
  ]);
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

/** Zone files, and what was kept of them; gives the names of the zones that are served with their files, and what is not. */
function decided(
  t: Test,
  zones: Readonly<Record<string, string>>,
  keep: Readonly<Record<string, string>> = {},
) {
  const directory = t.testdir({ zones, keep });
  const { loaded, refused } = loadZoneDirectory({
    directory: join(directory, 'zones'),
    keep: join(directory, 'keep'),
  });
  return {
    served: loaded.map(({ zone, file }) => `${zone.name} ${basename(file)}`),
    stale: loaded.flatMap(({ file, stale }) => (stale === undefined ? [] : basename(file))),
    refused: refused.map(({ file, zone, faults: [fault] }) => [
      basename(file),
      zone,
      fault?.message.slice(0, 35),
    ]),
  };
}
const ALREADY = 'the zone one.example is already tha';

t.test('of two files for one zone the one that served it stays, whichever comes first by name', async (t) => {
  const one = zoneNamed('one.example');
  const both = { 'dl-old.yaml': one, 'dl.yaml': zoneText({ zone: 'zone: one.example\nttl: 90' }) };
  t.same(decided(t, both, { 'dl.yaml': one }), {
    served: ['one.example dl.yaml'],
    stale: [],
    refused: [['dl-old.yaml', undefined, ALREADY]],
  });
  t.same(decided(t, both, { 'dl-old.yaml': one }).served, ['one.example dl-old.yaml']);
  t.same(decided(t, both).served, ['one.example dl-old.yaml'], 'where none is known to have: the first');

  t.same(
    decided(t, { ...both, 'dl.yaml': 'zone: [' }, { 'dl.yaml': one }),
    { served: ['one.example dl.yaml'], stale: ['dl.yaml'], refused: [['dl-old.yaml', undefined, ALREADY]] },
    'also where that file is wrong now',
  );
});

t.test('what is served goes before what is kept', async (t) => {
  const directory = t.testdir({
    zones: { 'a.yaml': zoneNamed('one.example'), 'b.yaml': zoneNamed('one.example') },
    keep: { 'a.yaml': zoneNamed('one.example') },
  });
  const zones = join(directory, 'zones');
  const remember = [{ file: join(zones, 'b.yaml'), text: zoneNamed('one.example') }];
  const { loaded } = loadZoneDirectory({ directory: zones, keep: join(directory, 'keep'), remember });
  t.match(loaded, [{ file: /b\.yaml$/ }]);
});

t.test('a file that now says a zone of another one is as it was', async (t) => {
  const [one, two] = [zoneNamed('one.example'), zoneNamed('two.example')];
  t.same(decided(t, { 'a.yaml': one, 'b.yaml': one }, { 'a.yaml': one, 'b.yaml': two }), {
    served: ['one.example a.yaml', 'two.example b.yaml'],
    stale: ['b.yaml'],
    refused: [],
  });
  t.same(
    decided(t, { 'a.yaml': two, 'b.yaml': one }, { 'a.yaml': one, 'b.yaml': two }).served,
    ['two.example a.yaml', 'one.example b.yaml'],
    'but two may change places',
  );
});

t.test('a zone whose file is renamed and broken in one go is as it was', async (t) => {
  const wrong = 'zone: one.example\nns: [';
  t.same(decided(t, { 'new.yaml': wrong }, { 'old.yaml': zoneNamed('one.example') }), {
    served: ['one.example new.yaml'],
    stale: ['new.yaml'],
    refused: [],
  });
  t.same(
    decided(
      t,
      { 'a.yaml': wrong, 'b.yaml': zoneNamed('one.example') },
      { 'old.yaml': zoneNamed('one.example') },
    ),
    {
      served: ['one.example b.yaml'],
      stale: [],
      refused: [['a.yaml', undefined, 'the [ that begins here has no ] beh']],
    },
    'unless another file has it',
  );
});

t.test('a wrong file without a copy has a zone where its name can be read', async (t) => {
  const names = (text: string) =>
    decided(t, { 'a.yaml': text, 'b.yaml': zoneNamed('b.example') }).refused[0]?.[1];
  t.equal(names('zone: one.example\nns: [x'), 'one.example', 'though it is no YAML');
  t.equal(names('# mine\nzone: "One.Example."  # comment\n\tpools:'), 'one.example');
  t.equal(names("zone: 'one.example'\n---\nzone: two.example"), 'one.example');
  t.equal(names('ttl: 60\nzone: one.example'), 'one.example', 'though much is missing');
  t.equal(names('{ zone: one.example, ns: 5 }'), 'one.example');
  t.equal(names('zone: one example\nns: ['), undefined);
  t.equal(names('zone: b.example\nns: ['), undefined, 'a zone that another file has is served');
  t.equal(names('zone: [one.example]'), undefined);
  t.equal(names('a zone: one.example\nns: ['), undefined);
});

t.test('at a start a zones directory that is empty or gone takes no zone down', async (t) => {
  const directory = t.testdir({
    zones: {},
    keep: { 'a.yaml': zoneNamed('a.example'), 'b.yaml': zoneNamed('b.example') },
  });
  const keep = join(directory, 'keep');
  for (const zones of [join(directory, 'zones'), join(directory, 'gone')]) {
    const kept = loadZoneDirectory({ directory: zones, keep });
    t.same(names(kept), ['a.example', 'b.example']);
    t.match(kept.loaded[0], {
      file: join(zones, 'a.yaml'),
      stale: [{ file: zones, message: /holds no zone file: put one there|can't list the zones directory/ }],
    });
    const remember = [{ file: join(zones, 'a.yaml'), text: zoneNamed('a.example') }];
    t.throws(
      () => loadZoneDirectory({ directory: zones, keep, remember }),
      { code: 'ZONE_INVALID' },
      'at a reload nothing changes',
    );
    t.throws(() => loadZoneDirectory({ directory: zones, keep: join(directory, 'nothing') }), {
      code: 'ZONE_INVALID',
    });
  }
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
    { file: /latin/, faults: [{ line: 1, column: 2, message: /the octet E9 is not UTF-8/ }] },
    { file: /pipe/, faults: [{ message: /not a file/ }] },
    { file: /void/, faults: [{ message: /can't be read: ENOENT/ }] },
  ]);
});

t.test('check reads each file once, and says what is missing', async (t) => {
  const directory = t.testdir({ 'a.yaml': zoneNamed('a.example') });
  const file = join(directory, 'a.yaml');
  const { loaded, refused } = parseFiles([file, relative(process.cwd(), file), join(directory, 'gone.yaml')]);
  t.equal(loaded.length, 1);
  t.match(refused, [{ file: /gone\.yaml$/, faults: [{ line: 1, column: 1, message: /ENOENT/ }] }]);
});

t.test('what is not read in a directory is said in one line', async (t) => {
  const other = { '.git': {}, '.a.yaml.swp': '', 'README.md': '', 'b.yaml~': '', 'c.YAML': '', d: {} };
  const directory = t.testdir({ zones: { 'a.yaml': '', 'b.yml': '', ...other }, none: { 'a.yaml': '' } });
  const zones = join(directory, 'zones');
  t.equal(
    describeIgnored(zones),
    `ignored in ${zones}, where only *.yaml and *.yml are read: README.md, b.yaml~, c.YAML, d`,
  );
  t.equal(describeIgnored(join(directory, 'none')), undefined);
  t.equal(describeIgnored(join(directory, 'gone')), undefined);
  for (let i = 0; i < 6; i++) writeFileSync(join(zones, `x${i}`), '');
  t.match(describeIgnored(zones), /, x3 and 2 more$/);
});
