/** When mirrors are asked for their own say, and how long it counts. */
import t from 'tap';
import { targetsOf } from '../../src/daemon/targets.js';
import { createSelfWeights } from '../../src/health/self-weights.js';
import { seededRandom } from '../../src/platform/random.js';
import type { SelfWeight } from '../../src/probe/self-weight.js';
import { targetKey } from '../../src/probe/target.js';
import { createFakeClock } from '../fake-clock.js';
import { soundZone } from '../zone/zone-text.js';

const MINUTE = 60_000;

function targets(keys = 'self_weight: { interval: 1m }', mirrors = ['a', 'b']) {
  return targetsOf(
    soundZone(`zone: example.org
ns: [ns.example.net]
pools: { dl: { ${keys} } }
mirrors:
${mirrors.map((name, i) => `  ${name}: { addresses: [192.0.2.${i + 1}] }`).join('\n')}
`),
  );
}

function scene(stored = new Map<string, number>()) {
  const clock = createFakeClock();
  const asked: string[] = [];
  const turned: string[] = [];
  const says = new Map<string, SelfWeight>();
  const weights = createSelfWeights({
    clock,
    random: seededRandom(3),
    run: async ({ mirror }) => {
      asked.push(mirror);
      return says.get(mirror) ?? { part: 1 };
    },
    stored,
    onChange: (_, { mirror }, part) => turned.push(`${mirror} ${part}`),
  });
  return { clock, asked, turned, says, weights };
}

t.test('each is asked soon, then every interval, about, at moments of its own', async (t) => {
  const { clock, asked, turned, says, weights } = scene();
  says.set('a', { part: 0.4 });
  const [a, b] = targets();
  if (a === undefined || b === undefined) throw new Error('there are two');
  weights.setTargets([a, b]);
  await clock.advance(10_000);
  t.same([...asked].sort(), ['a', 'b']);
  t.same(turned, ['a 0.4'], 'all of it is no news');
  t.equal(weights.of(targetKey(a))?.part, 0.4);
  t.equal(weights.of(targetKey(b))?.part, 1);
  await clock.advance(60 * MINUTE);
  t.ok(asked.length > 110 && asked.length < 134, `${asked.length} times`);
  says.set('a', { part: 0 });
  await clock.advance(2 * MINUTE);
  says.set('a', { part: 1 });
  await clock.advance(2 * MINUTE);
  t.same(turned, ['a 0.4', 'a 0', 'a 1']);
  weights.close();
  t.equal(clock.waiting(), 0);
});

t.test('who says nothing any more is believed for four intervals', async (t) => {
  const { clock, turned, says, weights } = scene();
  const [a] = targets();
  if (a === undefined) throw new Error('there is one');
  says.set('a', { error: 'refused' });
  weights.setTargets([a]);
  await clock.advance(10 * MINUTE);
  t.equal(weights.of(targetKey(a)), undefined, 'who never said anything has nothing');
  says.set('a', { part: 0.5 });
  await clock.advance(2 * MINUTE);
  says.set('a', { error: 'refused' });
  await clock.advance(2 * MINUTE);
  t.match(weights.of(targetKey(a)), { part: 0.5, error: 'refused' });
  await clock.advance(4 * MINUTE);
  t.same(turned, ['a 0.5', 'a 1']);
  t.equal(weights.of(targetKey(a)), undefined);
  says.set('a', { part: 0.5 });
  await clock.advance(2 * MINUTE);
  t.equal(weights.of(targetKey(a))?.error, undefined);
});

t.test(
  'what was said to the process before counts at once, and who is not asked any more says nothing',
  async (t) => {
    const [a, b] = targets();
    if (a === undefined || b === undefined) throw new Error('there are two');
    const { clock, asked, weights } = scene(
      new Map([
        [targetKey(a), 0.3],
        ['gone', 0],
      ]),
    );
    weights.setTargets([a, b]);
    t.equal(weights.of(targetKey(a))?.part, 0.3);
    t.same([...weights.all().keys()], [targetKey(a)]);
    weights.setTargets([a, b]);
    await clock.advance(10_000);
    t.equal(asked.length, 2, 'a reload asks nobody twice');
    weights.setTargets(targets(''));
    t.equal(weights.of(targetKey(a)), undefined);
    t.equal(clock.waiting(), 0);
  },
);

t.test('a mirror that a reload has given another name is asked and told of by that', async (t) => {
  const { clock, asked, turned, says, weights } = scene();
  weights.setTargets(targets(undefined, ['a']));
  await clock.advance(10_000);
  says.set('c', { part: 0.4 });
  weights.setTargets(targets(undefined, ['c']));
  await clock.advance(2 * MINUTE);
  t.equal(asked[0], 'a');
  t.equal(asked.at(-1), 'c');
  t.same(turned, ['c 0.4']);
  weights.close();
});
