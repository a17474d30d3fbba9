/** Files that others have published, which lie beside the project where somebody put them there. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { importGdnsd } from '../../src/import/gdnsd.js';
import type { Importer } from '../../src/import/imported.js';
import { importPowerdns } from '../../src/import/powerdns.js';
import { importText } from './imported-zone.js';

const DIRECTORY = resolve(process.cwd(), '../shared/published');
const skip = !existsSync(DIRECTORY) && 'the published files are not there';
const text = (name: string): string => readFileSync(`${DIRECTORY}/${name}`, 'utf8');

t.test('Wikimedia: gdnsd', { skip }, async (t) => {
  const include = (name: string) => ({ file: name, text: text(`gdnsd-wikimedia/${name}`) });
  const withIncludes: Importer = (sources, options) => importGdnsd(sources, { ...options, include });
  const {
    zone,
    decisions,
    text: made,
  } = importText(withIncludes, {
    config: text('gdnsd-wikimedia/standalone-config'),
    'wikibooks.org': text('gdnsd-wikimedia/wikibooks.org'),
  });
  t.match(zone, { name: 'wikibooks.org', pools: [{ owner: 'wikibooks.org', order: { others: 'never' } }] });
  const lists = zone.orders.flatMap((order) => order.lists);
  t.ok(lists.filter(({ by }) => by === 'countries').length > 180);
  t.ok(lists.filter(({ by }) => by === 'subdivisions').length > 60);
  t.ok(lists.filter(({ by }) => by === 'networks').length > 700);
  t.match(made, / # Germany\n/, 'comments are there');
  t.same(decisions.map((decision) => decision.replace(/^\d+: /, '').replace(/:.*/, '')).sort(), [
    '185.15.57.0/29 stands in a comment only',
    'AP stands in a comment only',
    'EU stands in a comment only',
    'the data centre ref of text-addrs has no equivalent',
    'the records of wikibooks.org have several TTLs',
    'the serial is not a number, so it is 1',
    '{% include "helpers/lang-wiki.tmpl" %} is of a template, and stands in a comment',
  ]);
});

t.test('Arch: PowerDNS', { skip }, async (t) => {
  for (const zone of ['geo.mirror.pkgbuild.com', 'riscv.mirror.pkgbuild.com']) {
    const made = importText(importPowerdns, { 'geo.yml': text('powerdns-arch/geo.yml') }, { zone });
    t.match(made.zone, { name: zone, pools: [{ owner: zone, nearKm: 0, answers: 1 }] });
    t.equal(made.zone.mirrors.length, 8);
    t.same(
      made.zone.records.map(({ owner, type }) => [owner, type]),
      [
        [zone, 'HTTPS'],
        [`_acme-challenge.${zone}`, 'NS'],
      ],
    );
    t.equal(made.decisions.length, 1);
  }
});

t.test('GrapheneOS: free Lua is refused, with its addresses', { skip }, async (t) => {
  const source = { file: 'z', text: text('powerdns-grapheneos/lua-releases.zone') };
  t.throws(() => importPowerdns([source], {}), {
    code: 'IMPORT_INVALID',
    details: [
      /^z:1:1: .* A is a program.*(?:, [\d.]+){6}$/,
      /^z:69:1: .* AAAA is a program.*(?:, [\da-f:]+){5}$/,
    ],
  });
});
