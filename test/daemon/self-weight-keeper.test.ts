/** What mirrors say of themselves is logged, told, and known to the next process. */
import t from 'tap';
import { keepSelfWeights } from '../../src/daemon/self-weight-keeper.js';
import { targetsOf } from '../../src/daemon/targets.js';
import { seededRandom } from '../../src/platform/random.js';
import type { SelfWeight } from '../../src/probe/self-weight.js';
import { targetKey } from '../../src/probe/target.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { soundZone } from '../zone/zone-text.js';

t.test('over two processes', async (t) => {
  const directory = t.testdir();
  const clock = createFakeClock();
  const targets = targetsOf(
    soundZone(`zone: example.org
ns: [ns.example.net]
pools: { dl: { self_weight: {} } }
mirrors: { a: { addresses: [192.0.2.1] } }
`),
  );
  const [a] = targets;
  if (a === undefined) throw new Error('there is one');
  const open = async (answer: SelfWeight) => {
    const log = createRecordingLog();
    const told: number[] = [];
    const keeper = await keepSelfWeights({
      ...{ clock, log, random: seededRandom(1), files: createStateFiles({ directory, clock, log }) },
      run: async () => answer,
      onChange: (_key, _target, part) => told.push(part),
    });
    keeper.setTargets(targets);
    return { keeper, log, told };
  };
  const first = await open({ part: 0 });
  await clock.advance(10_000);
  t.same(first.told, [0]);
  t.match(first.log.lines, [{ event: 'self-weight', mirror: 'a', part: 0, message: /: drains by itself$/ }]);
  await first.keeper.close();

  const second = await open({ error: 'refused' });
  t.equal(second.keeper.of(targetKey(a))?.part, 0);
  await clock.advance(10_000);
  t.match(second.keeper.of(targetKey(a)), { part: 0, error: 'refused' });
  t.same(second.told, []);
  await second.keeper.close();
});
