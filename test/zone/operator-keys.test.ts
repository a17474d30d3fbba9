/** Keys of the operator's own, which nothing looks at wherever keys are geopool's. */
import t from 'tap';
import { zoneJsonSchema } from '../../src/zone/schema.js';
import { parseServerConfig } from '../../src/zone/server-config.js';
import { faultsOf, soundZone, zoneText } from './zone-text.js';

const ALL = zoneText({
  zone: 'zone: dl.example.org\nx-probe: &probe { interval: 5s, x-why: quick }',
  pools: 'pools: { "@": { x-ticket: 12, probe: *probe } }',
  mirrors: 'mirrors: { x-mirror: { addresses: [192.0.2.10], x-contract: [1, 2], location: { x-rack: b4 } } }',
  more: 'records: { x-host: { A: [192.0.2.4], x-note: of no type } }',
});

t.test('they are ignored, and may hold what an alias stands for', async (t) => {
  const { pools, mirrors, records } = soundZone(ALL);
  t.match(pools[0]?.members[0]?.probes, [{ interval: 5000 }]);
  t.match(mirrors, { 0: { name: 'x-mirror' }, length: 1 }, 'where names are the operator’s, they are names');
  t.match(records, { 0: { owner: 'x-host.dl.example.org', type: 'A' }, length: 1 });
});

t.test('they neither hide nor cause what is wrong beside them', async (t) => {
  t.match(faultsOf(zoneText({ more: 'x-a: 1\ntll: 5\nsoa: { x-b: 1, serial: -1 }' })), {
    0: { line: 6, message: /unknown key "tll"/ },
    1: { line: 7, message: /serial -1/ },
    length: 2,
  });
  t.match(faultsOf(zoneText({ mirrors: 'x-mirrors: {}' })), [{ message: /"mirrors" is missing/ }]);
});

t.test('the config has them too, and editors know', async (t) => {
  t.equal(parseServerConfig('x-a: 1\nworkers: 2\nhttp: { x-b: [] }', 'geopool.yaml').workers, 2);
  const { patternProperties, additionalProperties } = zoneJsonSchema();
  t.same([patternProperties, additionalProperties], [{ '^x-': {} }, false]);
});
