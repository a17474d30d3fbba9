import t from 'tap';
import { gdnsdMirrors } from '../../src/import/gdnsd-mirrors.js';
import { type GdnsdResource, gdnsdResource } from '../../src/import/gdnsd-resources.js';
import { readVscf } from '../../src/import/vscf.js';

function resources(...dcmaps: string[]): readonly GdnsdResource[] {
  const text = `geoip => { resources => { ${dcmaps.map((dcmap, i) => `r${i} => { map => m, dcmap => { ${dcmap} } }`).join('\n')} } }`;
  const { root } = readVscf({ file: 'c', text }, () => undefined);
  return dcmaps.flatMap((_, i) => gdnsdResource(`geoip!r${i}`, root, () => undefined) ?? []);
}

t.test(
  'a data centre is a mirror; with other addresses elsewhere each is one, with several hosts too',
  async (t) => {
    const all = resources(
      'a => 192.0.2.1, b => 192.0.2.9, c => [192.0.2.3, 192.0.2.4]',
      'a => 192.0.2.2, b => 192.0.2.9',
    );
    const { mirrors, namesOf } = gdnsdMirrors(all, new Map([['b', [1, 2]]]));
    t.same(
      mirrors.map(({ key }) => key),
      ['r0.a', 'b', 'c.1', 'c.2', 'r1.a'],
    );
    t.match(mirrors[1]?.value, { entries: [{ value: ['192.0.2.9'] }, { key: 'location' }] });
    const [first, second] = all;
    t.same(first && namesOf(first, 'c'), ['c.1', 'c.2']);
    t.same(second && namesOf(second), ['r1.a', 'b']);
  },
);

t.test('a mirror has the weight of the first resource, and who has another one later is told', async (t) => {
  const { root } = readVscf(
    {
      file: 'c',
      text: 'weighted => { v => { a => [192.0.2.1, 1], b => [192.0.2.2, 2] }, w => { a => [192.0.2.1, 1], b => [192.0.2.2, 9] } }',
    },
    () => undefined,
  );
  const all = ['v', 'w'].flatMap((name) => gdnsdResource(`weighted!${name}`, root, () => undefined) ?? []);
  const { reweighed } = gdnsdMirrors(all, new Map());
  t.same(
    all.map((resource) => reweighed(resource).map(({ label }) => label)),
    [[], ['b']],
  );
});
