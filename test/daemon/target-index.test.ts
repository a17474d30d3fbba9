/** Where each address of a world is, and why it does not stand as a grown, good one does. */
import t from 'tap';
import { poolKey } from '../../src/answer/table.js';
import { indexTargets, poolReasons, statedOverrides } from '../../src/daemon/target-index.js';
import type { CheckState } from '../../src/health/hysteresis.js';
import { createOverrides } from '../../src/health/overrides.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import { targetKey } from '../../src/probe/target.js';
import { makeWorld } from './made-world.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { slow_start: 10m }, eu: { mirrors: [b, off] } }
mirrors:
  a: { addresses: [192.0.2.1, "2001:db8::1", 192.0.2.2] }
  b: { addresses: [192.0.2.3] }
  off: { addresses: [192.0.2.4], weight: 0 }
overrides:
  - { mirrors: [a, b], state: up, reason: by file }
`;
const NOW = 10_000_000;
const world = makeWorld([ZONE]);
const index = indexTargets(world);
const number = (owner: string, family = 'ipv4'): number =>
  world.pools.findIndex((pool) => pool.owner === owner && pool.family === family);
const APEX = number('dl.example.org');

t.test('an address is found by its key, a mirror by its name, in every pool', async (t) => {
  t.equal(index.targets.length, 7, 'disabled ones are probed too');
  for (const [pool, keys] of index.keys.entries()) {
    for (const [address, key] of keys.entries()) t.same(index.placesOfKey.get(key), [{ pool, address }]);
  }
  t.same([...(index.members[APEX] ?? [])], [0, 0, 1], 'by address, the number of its member');
  t.same(index.placesOfMirror.get('dl.example.org/b'), [
    { pool: APEX, address: 2 },
    { pool: number('eu.dl.example.org'), address: 0 },
  ]);
  t.equal(index.placesOfMirror.get('dl.example.org/off'), undefined, 'it is in no answer');
});

t.test('a reason for each address that does not stand as a good one', async (t) => {
  const states = new Map<string, TargetState>();
  const overrides = createOverrides();
  const say = (text: string, state: Partial<CheckState>, pending = false): void => {
    const target = index.targets.find(
      ({ address, pool }) => address.text === text && pool === 'dl.example.org',
    );
    if (target === undefined) throw new Error(text);
    const whole = { verdict: 'up', streak: 0, since: 0, ...state } as const;
    states.set(targetKey(target), { target, pending, checks: [], state: whole });
  };
  const reasons = () => poolReasons(index, APEX, { states, overrides }, NOW);
  t.same(reasons(), [undefined, undefined, undefined], 'nobody watches them yet');
  say('192.0.2.1', { verdict: 'down', cause: 'refused', heldUntil: 0 });
  say('192.0.2.2', {}, true);
  say('192.0.2.3', { returned: NOW - 60_000 });
  t.same(reasons(), [
    'down: refused; it flaps, and is held down until 1970-01-01T00:00:00.000Z',
    'new: waiting for its first good probe',
    'came back: 2 tenths of its weight and cap while others fill the answer, all of it at 1970-01-01T02:55:40.000Z',
  ]);
  say('192.0.2.1', { suppressed: true, lastProbe: { at: 0, ok: false, ms: 1, error: 'timeout' } });
  say('192.0.2.3', { returned: NOW - 600_000 });
  overrides.add({ zone: 'dl.example.org', mirror: 'b', reason: 'disk', since: 0 });
  t.same(reasons(), [
    "fall suppressed, though its probes fail (timeout): this host's uplink is down",
    'new: waiting for its first good probe',
    'disabled: disk',
  ]);
  t.same(poolReasons(index, 99, { states, overrides }, NOW), [], 'a pool that is none');
});

t.test('in a fleet there is what was counted, of what is up too', async (t) => {
  const states = new Map(
    index.targets.map((target): [string, TargetState] => [
      targetKey(target),
      { target, pending: false, checks: [], state: { verdict: 'up', streak: 0, since: 0 } },
    ]),
  );
  const up = { member: 'ns1', state: 'up' as const, since: 'noon' };
  const jointOf = ({ mirror }: { readonly mirror: string }) => ({
    verdict: 'up' as const,
    members: [up, mirror === 'b' ? { ...up, member: 'ns2', state: 'down' as const } : up],
  });
  t.same(poolReasons(index, APEX, { states, overrides: createOverrides(), jointOf }, NOW), [
    ...['2 of 2 members see it up', '2 of 2 members see it up'],
    '1 of 2 members see it up, 1 down; down on ns2 since noon',
  ]);
});

t.test('what files say begins now', async (t) => {
  t.same(
    statedOverrides(world, NOW).map(({ mirror, state, since, file }) => [mirror, state, since, file]),
    ['a', 'b'].map((mirror) => [mirror, 'up', NOW, 'z.yaml']),
  );
  t.not(
    poolKey({ zone: 'example.org', owner: 'a.example.org', family: 'ipv4' }),
    poolKey({ zone: 'a.example.org', owner: 'a.example.org', family: 'ipv4' }),
  );
});
