/**
 * kill -9, a hundred times, at moments of no choice, while verdicts flip: what the next one reads is whole every time,
 * and has all that was acknowledged.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { OVERRIDES } from '../../src/health/overrides-file.js';
import { rememberedHistory } from '../../src/history/history-file.js';
import { systemClock } from '../../src/platform/clock.js';
import { seededRandom } from '../../src/platform/random.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createRecordingLog } from './recording-log.js';

const VICTIM = fileURLToPath(new URL('./victim.js', import.meta.url));
const KILLS = 100;
/** Side by side, each in a directory of its own. */
const LANES = 2;

async function lane(t: Test, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const directory = t.testdir({});
  let before = 0;
  for (let kill = 0; kill < KILLS / LANES; kill++) {
    // Without what the test runner would have it load first, which takes longer than it lives.
    const victim = fork(VICTIM, [directory, String(before)], { execArgv: [] });
    let acknowledged = before;
    victim.on('message', (flips) => {
      if (typeof flips === 'number') acknowledged = flips;
    });
    await once(victim, 'message');
    await new Promise((resolve) => setTimeout(resolve, random() * 15));
    const exited = once(victim, 'exit');
    victim.kill('SIGKILL');
    t.same(await exited, [null, 'SIGKILL']);
    const log = createRecordingLog();
    const overrides = await createStateFiles({ directory, clock: systemClock, log }).read(OVERRIDES);
    t.same(log.lines, [], 'they read whole');
    t.ok(overrides.every(({ reason }) => reason.length === 500));
    const { history, damaged } = await rememberedHistory(directory, Date.now());
    t.equal(damaged, 0, 'the history reads whole');
    const [past] = history.pasts(history.time.now());
    const flips = (past?.transitions ?? []).map(({ cause = '' }) => Number(cause.slice(5)));
    const last = flips.at(-1) ?? 0;
    t.ok(last >= acknowledged, `flip ${acknowledged} was acknowledged, ${last} is the last one read`);
    t.same(
      flips,
      flips.map((_, i) => last - flips.length + 1 + i),
      'each once, in order',
    );
    before = last;
  }
}

t.test('killed a hundred times', async (t) => {
  await Promise.all(
    Array.from({ length: LANES }, (_, i) => t.test(`lane ${i}`, (t) => lane(t, 20260200 + i))),
  );
});
