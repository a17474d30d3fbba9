/** Which pool an operator asks about, and what is known of it at that moment. */
import t from 'tap';
import { explainJob } from '../../src/daemon/explaining.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import { createOverrides } from '../../src/health/overrides.js';
import type { Availability } from '../../src/select/health-view.js';
import { makeWorld } from './made-world.js';

const OUTER = `
zone: example.org
ns: [ns.example.net]
pools: { "@": {}, dl: {}, sub: {} }
mirrors: { outer: { addresses: [192.0.2.1] } }
`;
const INNER = `
zone: sub.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { inner: { addresses: [192.0.2.2, 192.0.2.3] }, six: { addresses: ["2001:db8::1"] } }
`;
const world = makeWorld([OUTER, INNER]);
const index = indexTargets({
  ...world,
  refused: [
    { file: 'deep.yaml', faults: [], zone: 'deep.sub.example.org' },
    { file: 'nameless.yaml', faults: [] },
  ],
});
const snapshot = { states: new Map(), overrides: createOverrides() };
const all = (pool: number): Availability => ({
  panic: false,
  states: (world.pools[pool]?.members ?? []).flatMap(({ addresses }) => addresses.map(() => 'up' as const)),
});

const job = (name: string, type: 'A' | 'AAAA' = 'A', availability = all) =>
  explainJob({ name, type, from: '5.0.0.1' }, index, availability, snapshot, () => undefined, 0);

t.test('a name as people write it; of zones inside one another the inner one', async (t) => {
  t.match(job('DL.Example.org.'), { owner: 'dl.example.org', family: 'ipv4', from: '5.0.0.1' });
  t.equal(job('dl.example.org').zone.name, 'example.org');
  t.equal(job('sub.example.org').zone.name, 'sub.example.org');
  t.equal(job('sub.example.org').health.length, 2, 'by address');
  t.equal(job('sub.example.org', 'AAAA').health.length, 1);
});

t.test('a family that the pool has not is explained all the same', async (t) => {
  t.match(job('dl.example.org', 'AAAA'), { family: 'ipv6', health: [] });
});

t.test('how each address stands, with the reason where there is one', async (t) => {
  const overrides = createOverrides();
  overrides.add({ zone: 'sub.example.org', mirror: 'inner', reason: 'disk', since: 0 });
  const { health, panic } = explainJob(
    { name: 'sub.example.org', type: 'A', from: '5.0.0.1' },
    index,
    () => ({ panic: true, states: ['off', 'up'], growth: [10, 4] }),
    { ...snapshot, overrides },
    () => undefined,
    0,
  );
  t.equal(panic, true);
  t.match(health, [
    { state: 'off', growth: 10, reason: /disk/ },
    { state: 'up', growth: 4 },
  ]);
});

t.test('what is no pool, and a zone whose file is wrong, are refused in words', async (t) => {
  const refused = (name: string, message: string | RegExp): void => {
    t.throws(() => job(name), { code: 'REQUEST_REFUSED', message });
  };
  refused(
    'www.example.org',
    'www.example.org is not a pool; there are example.org, dl.example.org, sub.example.org',
  );
  refused('example.com', /^example\.com is not a pool/);
  refused('x.deep.sub.example.org', /^deep\.yaml is wrong; /);
});
