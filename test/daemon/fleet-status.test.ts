/** What is said of a fleet: each member of the config, in its order, whether or not it was ever heard. */
import t from 'tap';
import { type FleetFacts, reportFleet } from '../../src/daemon/fleet-status.js';
import { digestOf } from '../../src/fleet/documents.js';
import type { HeardMember } from '../../src/fleet/roster.js';
import { createFakeClock } from '../fake-clock.js';

const [same, other] = [digestOf('same'), digestOf('other')];
const key = 'dl.example.org dl.example.org 192.0.2.1';

const heard = (zones: string, databases: string): HeardMember => ({
  head: {
    ...{ member: '', sequence: [1, 1], stamp: 0, abstains: ['ipv6 dl.example.org'], zones, databases },
    bodies: { verdicts: same, joint: same, overrides: same, challenges: same },
  },
  bodies: {
    ...{ joint: [], overrides: [], challenges: [] },
    verdicts: [
      { key, verdict: 'down', since: 0 },
      { key: 'of nothing here', verdict: 'down', since: 0 },
    ],
  },
});

const facts: FleetFacts = {
  name: 'ns1',
  config: {
    verdicts: 'shared',
    members: new Map([
      ['ns2', { key: '', overrides: true }],
      ['ns1', { key: '', overrides: true }],
      ['ns3', { key: '', overrides: false }],
    ]),
  },
  joint: {
    of: (about) => (about === key ? { verdict: 'up', since: 0, up: 2, down: 1, size: 3 } : undefined),
  },
  members: [{ member: 'ns3' }, { member: 'ns2', heard: heard(same, other), at: 1000 }],
  instances: [
    { server: 'redis://a', failures: 0, at: 2000 },
    { server: 'redis://b', failures: 3, fault: 'away' },
  ],
  published: { verdicts: [{ key, verdict: 'up', since: 0 }], abstains: [] },
  hashes: { zones: same, databases: same },
  held: [],
  unserved: [],
  clock: createFakeClock(),
};

t.test('members and instances', async (t) => {
  const { members, servers } = reportFleet(facts);
  t.match(members, [
    {
      ...{ member: 'ns2', heard: true, last_heard: /Z$/, overrides: true, disagrees: 1 },
      ...{ abstains: ['ipv6 dl.example.org'], databases_differ: true },
    },
    { member: 'ns1', heard: true, disagrees: 0 },
    { member: 'ns3', heard: false, overrides: false, disagrees: 0 },
  ]);
  t.notOk(members[0] && 'zones_differ' in members[0]);
  t.notOk(members[2] && 'last_heard' in members[2]);
  t.match(servers, [
    { server: 'redis://a', failures: 0, last_answer: /Z$/ },
    { server: 'redis://b', failures: 3, fault: 'away' },
  ]);
});

t.test('where each judges alone nobody disagrees', async (t) => {
  const { members } = reportFleet({ ...facts, joint: undefined });
  t.same(
    members.map(({ disagrees }) => disagrees),
    [0, 0, 0],
  );
});
