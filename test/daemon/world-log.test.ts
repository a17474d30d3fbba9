/** A world that is not as its files ask for is never served in silence. */
import t from 'tap';
import { databaseWarnings, logWorld } from '../../src/daemon/world-log.js';
import { faultOfFile } from '../../src/zone/faults.js';
import { createRecordingLog } from '../health/recording-log.js';
import { makeWorld } from './made-world.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { a: { addresses: [192.0.2.1], asn: [64500] } }
`;
const whole = makeWorld([ZONE]);

t.test(
  'what is stale, refused, skipped or without effect has a line each, and then what is served',
  async (t) => {
    const log = createRecordingLog();
    const fault = faultOfFile('z.yaml', 'x');
    const world = {
      ...whole,
      zones: whole.zones.map((zone) => ({ ...zone, stale: [fault] })),
      refused: [
        { file: 'b.yaml', faults: [fault], zone: 'b.example' },
        { file: 'c.yaml', faults: [fault] },
      ],
      sources: { ...whole.sources, problems: ['x.mmdb is damaged'] },
    };
    logWorld(world, 7, log);
    t.match(log.lines, [
      { level: 'error', event: 'zone-stale', zone: 'dl.example.org', faults: ['z.yaml:1:1: x'] },
      { level: 'error', event: 'zone-refused', file: 'b.yaml', zone: 'b.example' },
      { level: 'error', event: 'zone-refused', file: 'c.yaml' },
      { level: 'warn', event: 'asn-unused' },
      { level: 'warn', event: 'database-skipped', problem: 'x.mmdb is damaged' },
      { level: 'info', event: 'serving', generation: 7, zones: 1 },
    ]);
    t.equal(log.lines.length, 6);
    t.notOk('zone' in (log.lines[2] ?? {}), 'a file that says no zone');
  },
);

t.test('rules by AS are of no effect without a database of them, and only then', async (t) => {
  t.match(databaseWarnings(whole), [/^.*:1:1: .*AS/]);
  t.same(
    databaseWarnings({
      ...whole,
      sources: { ...whole.sources, asn: { path: 'a.mmdb', source: 'configured' } },
    }),
    [],
  );
  t.same(databaseWarnings(makeWorld([ZONE.replace(', asn: [64500]', '')])), []);
});

t.test('so are subdivisions with a database of countries', async (t) => {
  const orders = 'orders: { world: { subdivisions: { US-TX: [a] } } }\n';
  const world = makeWorld([
    `${ZONE.replace(', asn: [64500]', '').replace('{}', '{ order: world }')}${orders}`,
  ]);
  const located = (type: string, source: 'embedded' | 'configured'): string[] =>
    databaseWarnings({ ...world, geo: [{ type, source, build_epoch: 0, path: 'x.mmdb' }] });
  const idle = /^.*:1:1: subdivisions of world match no client, .* has none: fetch GeoLite2-City/;
  t.match(located('geo-whois-asn-country', 'embedded'), [idle]);
  t.match(located('GeoLite2-Country', 'configured'), [idle]);
  t.same(located('GeoLite2-City', 'configured'), []);
  const log = createRecordingLog();
  logWorld({ ...world, geo: [{ type: 'x', source: 'embedded', build_epoch: 0, path: 'x.mmdb' }] }, 1, log);
  t.match(log.lines[0], { level: 'warn', event: 'subdivisions-unused' });
});
