/** Whatever happens, one address at a time, the state is the one that all of it at once gives. */
import fc from 'fast-check';
import t from 'tap';
import { ADDRESS, ADDRESS_STATES, addressesAt, stateOf, stateVersion } from '../../src/answer/pool-state.js';
import { poolAvailability } from '../../src/daemon/pool-health.js';
import { openPoolStates } from '../../src/daemon/pool-states.js';
import { type HealthSnapshot, indexTargets } from '../../src/daemon/target-index.js';
import { unprobedState } from '../../src/health/hysteresis.js';
import { createOverrides } from '../../src/health/overrides.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import { type Check, checksOf, targetKey } from '../../src/probe/target.js';
import { createFakeClock } from '../fake-clock.js';
import { worldOf } from './live-world.js';

const MIRRORS = ['a', 'b', 'c', 'd', 'e', 'f'];
const ZONE = `zone: example.org
ns: [ns.example.net]
ttl: 300
pools:
  dl: { answers: 2, slow_start: 10m, ttl_min: 5, panic_threshold: 0.4, choose: [country] }
  other: { mirrors: [a, b, f], choose: [mirror] }
  alone: { panic: backup, panic_threshold: 0.5 }
  silent: { panic: servfail, panic_threshold: 0.7 }
mirrors:
  a: { addresses: [192.0.2.1, 192.0.2.11, "2001:db8::1"] }
  b: { addresses: [192.0.2.2, "2001:db8::2"] }
  c: { addresses: [192.0.2.3], location: { country: DE } }
  d: { addresses: [192.0.2.4, "2001:db8::4"], weight: 3, location: { country: DE } }
  e: { addresses: [192.0.2.5], weight: 0 }
  f: { addresses: [192.0.2.6, 192.0.2.16], backup: true }
`;

const verdict = fc.record({
  kind: fc.constant('verdict' as const),
  target: fc.nat(),
  verdict: fc.constantFrom('up' as const, 'down' as const, 'unknown' as const),
  streak: fc.nat(2),
  pending: fc.boolean(),
  returned: fc.boolean(),
});
const override = fc.record({
  kind: fc.constant('override' as const),
  mirror: fc.constantFrom(...MIRRORS),
  state: fc.constantFrom('up' as const, 'down' as const, undefined),
});
const pass = fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(400_000) });

t.test('verdicts, overrides, new addresses and slow start, as they come', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(verdict, verdict, override, pass), { maxLength: 40 }),
      async (steps) => {
        const clock = createFakeClock();
        const live = worldOf(ZONE);
        const index = indexTargets(live.world);
        const [states, overrides] = [new Map<string, TargetState>(), createOverrides()];
        const snapshot = (): HealthSnapshot => ({ states, overrides });
        const pools = openPoolStates(live, index, snapshot, clock);
        for (const step of steps) {
          const before = live.pools.map((_, pool) => pools.isInPanic(pool));
          let turned = false;
          if (step.kind === 'verdict') {
            const target = index.targets[step.target % index.targets.length];
            if (target === undefined) throw new Error('there are targets');
            const { verdict, streak, pending } = step;
            const own = { ...unprobedState(clock.steady()), verdict, streak };
            const state = { ...own, ...(step.returned && verdict === 'up' && { returned: clock.steady() }) };
            const checks = Array.from(checksOf(target), ([, { probe }]: [string, Check]) => ({
              probe,
              state,
              pending,
            }));
            states.set(targetKey(target), { target, state, pending, checks });
            turned = pools.update(index.placesOfKey.get(targetKey(target)) ?? []);
          } else if (step.kind === 'override') {
            const { mirror, state } = step;
            if (state === undefined) overrides.remove('example.org', mirror);
            else overrides.add({ zone: 'example.org', mirror, state, reason: '', since: 0 });
            turned = pools.update(index.placesOfMirror.get(`example.org/${mirror}`) ?? []);
          } else {
            await clock.advance(step.ms);
            if (pools.nextStep() <= clock.steady()) pools.update(pools.due(clock.steady()));
          }
          const fresh = live.world.pools.map((_, pool) =>
            poolAvailability(index, pool, snapshot(), clock.steady()),
          );
          t.same(
            live.pools.map((_, pool) => pools.availability(pool)),
            fresh,
          );
          t.same(
            live.pools.map(({ stateAt, firstAddress }) => {
              const count = firstAddress.at(-1) ?? 0;
              const version = stateVersion(live.state, stateAt);
              const copies = [version, version + 1].map((each) =>
                live.state.slice(
                  addressesAt(stateAt, each, count),
                  addressesAt(stateAt, each, count) + count * ADDRESS.WORDS,
                ),
              );
              t.same(copies[0], copies[1]);
              return Array.from({ length: count }, (_, i) => copies[0]?.[i * ADDRESS.WORDS] ?? 0).map(
                (word) => ADDRESS_STATES[stateOf(word)],
              );
            }),
            fresh.map((each) => each.states),
          );
          t.equal(
            turned,
            before.some(
              (panic, pool) =>
                panic !== pools.isInPanic(pool) && live.world.pools[pool]?.chosenFrom === undefined,
            ),
          );
        }
      },
    ),
  );
});
