import { readFileSync } from 'node:fs';
import t from 'tap';
import { formatFault } from '../../../src/zone/faults.js';
import { RULES, warningsOf } from '../../../src/zone/warnings/rules.js';
import { soundZone, zoneText } from '../zone-text.js';
import { SURROUNDINGS } from './surroundings.js';

t.test('warnings stand where the file says it, in the order of its lines', async (t) => {
  const text = zoneText({
    ns: 'ns: [ns1.example.net, ns2]',
    pools: 'pools:\n  "@": { mirrors: [a, b] }\n  swiss: { mirrors: [b] }',
    mirrors: `mirrors:
  a: { addresses: [192.0.2.1] }
  b: { addresses: [192.0.2.2], only_countries: [CH] }
  c: { addresses: [192.0.2.3], networks: [198.51.100.1/32] }`,
  });
  const loaded = { zone: soundZone(text), text, file: 'z.yaml' };
  t.same(
    warningsOf(loaded, SURROUNDINGS).map((warning) => [
      warning.code,
      /^z\.yaml:\d+:\d+/.exec(formatFault(warning))?.[0],
    ]),
    [
      ['name-looks-relative', 'z.yaml:2:23'],
      ['pool-can-be-empty', 'z.yaml:5:3'],
      ['mirror-in-no-pool', 'z.yaml:9:3'],
      ['network-too-fine', 'z.yaml:9:43'],
    ],
  );
  const sound = zoneText();
  t.same(warningsOf({ zone: soundZone(sound), text: sound, file: 'z.yaml' }, SURROUNDINGS), []);
});

t.test('an owner name is found however the file writes it', async (t) => {
  const text = zoneText({ more: 'records:\n  a: { TXT: x }\n  WWW.Eu: { CNAME: nobody.dl.example.org }' });
  const [warning, more] = warningsOf({ zone: soundZone(text), text, file: 'z.yaml' }, SURROUNDINGS);
  t.equal(more, undefined);
  t.match(warning, { code: 'name-without-records', column: 20 });
  t.match(text.split('\n')[(warning?.line ?? 0) - 1], /WWW/);
});

t.test('each is in the manual', async (t) => {
  const manual = readFileSync('docs/geopool-zone.md', 'utf8');
  for (const code of [
    ...Object.keys(RULES),
    'database-passed-over',
    'no-license-key',
    'file-not-readable',
    'certificate-time',
  ]) {
    t.ok(manual.includes(`\n- \`${code}\`: `), code);
  }
});
