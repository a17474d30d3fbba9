import t from 'tap';
import { describeStanding, disablingEffects } from '../../src/daemon/override-effects.js';
import { addressStanding } from '../../src/daemon/pool-health.js';
import { type HealthSnapshot, indexTargets } from '../../src/daemon/target-index.js';
import { createOverrides, type Override } from '../../src/health/overrides.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import type { Verdict } from '../../src/platform/types.js';
import { targetKey } from '../../src/probe/target.js';
import { countFacts } from '../../src/select/health-view.js';
import { makeWorld } from './made-world.js';

const ZONE = `zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { panic_threshold: 0.5, choose: [mirror] }, six: { mirrors: [a, d] } }
mirrors:
  a: { addresses: [192.0.2.1, "2001:db8::1"] }
  b: { addresses: [192.0.2.2] }
  c: { addresses: [192.0.2.3] }
  d: { addresses: [192.0.2.4], weight: 0 }
`;

/** With verdicts by mirror; what is not named is up. */
function scene(
  verdicts: Readonly<Record<string, Verdict>> = {},
  overrides: readonly Override[] = [],
  jointOf?: HealthSnapshot['jointOf'],
) {
  const world = makeWorld([ZONE]);
  const index = indexTargets(world);
  const states = new Map(
    index.targets.map((target): [string, TargetState] => {
      const verdict = verdicts[target.mirror] ?? 'up';
      const state = { verdict, streak: 3, since: 0, ...(verdict === 'down' && { cause: 'refused' }) };
      return [targetKey(target), { target, state, pending: false, checks: [] }];
    }),
  );
  const snapshot = {
    ...{ states, overrides: createOverrides(overrides) },
    ...(jointOf !== undefined && { jointOf }),
  };
  const options = { index, snapshot, now: 0 };
  const named = (mirror: string) => ({ zone: 'dl.example.org', mirror });
  return {
    effects: (...mirrors: string[]) =>
      disablingEffects(mirrors.map(named), index, (pool) => {
        const facts = (index.keys[pool] ?? []).map(
          (_, address) => addressStanding(index, pool, address, options.snapshot, 0).facts,
        );
        return { facts, counts: countFacts(facts) };
      }),
    standing: (mirror: string) => describeStanding(named(mirror), options),
  };
}

const EMPTY = 'would have no address left, and clients would get none';
const PANIC = 'would be in panic: too few of the others are up, and all enabled ones are answered then';

t.test('a pool that would be empty, in each family and pool', async (t) => {
  t.same(scene().effects('a'), [
    `dl.example.org (ipv6) ${EMPTY}`,
    `six.dl.example.org (ipv4) ${EMPTY}`,
    `six.dl.example.org (ipv6) ${EMPTY}`,
  ]);
  t.same(scene().effects('b', 'c'), []);
  t.same(scene().effects('a', 'b', 'c').length, 4);
});

t.test('a pool that would come into panic', async (t) => {
  t.same(scene({ b: 'down' }).effects('c'), [], 'half of the rest are up');
  t.same(scene({ a: 'down', b: 'down' }).effects('c'), [], 'it is in panic already');
  t.same(scene({ a: 'down' }).effects('b', 'c'), [`dl.example.org (ipv4) ${PANIC}`]);
});

t.test('what is disabled already takes nothing more away', async (t) => {
  const a = { zone: 'dl.example.org', mirror: 'a', reason: 'x', since: 0 };
  t.same(scene({}, [a]).effects('a'), []);
  t.same(scene({}, [a]).effects('b'), []);
  t.same(scene({}, [a]).effects('b', 'c'), [`dl.example.org (ipv4) ${EMPTY}`]);
});

t.test('how a mirror stands, once for each address', async (t) => {
  t.equal(scene().standing('a'), '192.0.2.1 is up; 2001:db8::1 is up');
  t.equal(scene({ b: 'down' }).standing('b'), '192.0.2.2 is down: refused');
  t.equal(scene({ c: 'unknown' }).standing('c'), '192.0.2.3 is not probed yet, which counts as up');
  t.equal(
    scene().standing('d'),
    'its weight is 0, which keeps it out of all answers: change that in z.yaml and reload',
  );
  t.equal(scene().standing('nameless'), 'it is in no answer, for no pool has an address of it');
});

t.test('what there is to say besides is said behind how it stands', async (t) => {
  const seen = { member: 'ns1', state: 'up' as const };
  const { standing } = scene({ c: 'unknown' }, [], () => ({ verdict: 'up', members: [seen, seen, seen] }));
  t.equal(standing('b'), '192.0.2.2 is up, 3 of 3 members see it up');
  t.equal(standing('c'), '192.0.2.3 is not probed yet, which counts as up, 3 of 3 members see it up');
});
