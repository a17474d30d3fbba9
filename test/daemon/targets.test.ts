import t from 'tap';
import { targetsOf } from '../../src/daemon/targets.js';
import { soundZone } from '../zone/zone-text.js';

const zone = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
special_addresses: [10.0.0.0/8]
pools:
  "@": { probe: { path: /trace } }
  eu: { mirrors: [off, named] }
mirrors:
  two: { addresses: [192.0.2.1, "2001:db8::1"] }
  off: { addresses: [10.0.0.2], weight: 0, probe: { type: none } }
  named: { hostname: mirror.example.net }
`);

t.test('each address of each mirror in each pool, also of those that are disabled', async (t) => {
  t.same(
    targetsOf(zone).map(({ pool, mirror, address, probes: [probe] }) => [
      pool,
      mirror,
      address.text,
      probe?.type,
    ]),
    [
      ['dl.example.org', 'two', '192.0.2.1', 'http'],
      ['dl.example.org', 'two', '2001:db8::1', 'http'],
      ['dl.example.org', 'off', '10.0.0.2', 'none'],
      ['eu.dl.example.org', 'off', '10.0.0.2', 'none'],
    ],
    'a name that was not looked up yet has no addresses',
  );
});

t.test(
  'redirects may lead to what the file says of a mirror, and not to where a name may lead',
  async (t) => {
    const mirrors = zone.mirrors.map((mirror) =>
      mirror.hostname === undefined ? mirror : { ...mirror, addresses: zone.mirrors[1]?.addresses ?? [] },
    );
    const admitted = new Map(
      targetsOf({ ...zone, mirrors }).map(({ mirror, hostname, admitted }) => [
        mirror,
        [hostname, admitted?.like?.map(({ text }) => text), admitted?.networks.map(({ text }) => text)],
      ]),
    );
    t.same(admitted.get('two'), [undefined, ['192.0.2.1', '2001:db8::1'], ['10.0.0.0/8']]);
    t.same(admitted.get('named'), ['mirror.example.net', [], ['10.0.0.0/8']]);
  },
);
