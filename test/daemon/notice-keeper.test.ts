/** Who is told of what turns, over changes of who that is. */
import t from 'tap';
import { keepNotifier, type NoticeKeeper } from '../../src/daemon/notice-keeper.js';
import type { Notice } from '../../src/notify/notice.js';
import type { NotifySettings } from '../../src/notify/notifier.js';
import { createResolver } from '../../src/probe/resolve.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { until } from '../e2e/program.js';
import { createFakeClock, type FakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { hook } from '../notify/hook.js';

const down: Notice = { event: 'down', at: '2026-01-01T00:00:00.000Z', text: 'aurora is down' };
const up: Notice = { event: 'up', at: '2026-01-01T00:01:00.000Z', text: 'aurora is up' };
/** Nobody listens there. */
const NOBODY = { webhook: 'http://127.0.0.1:1/', every: 0 };

function opened(directory: string, clock: FakeClock, settings: NotifySettings): Promise<NoticeKeeper> {
  const log = createRecordingLog();
  return keepNotifier({
    ...{ files: createStateFiles({ directory, clock, log }), clock, log, settings },
    resolve: createResolver().resolve,
  });
}

t.test('others are told from then on, nothing is done for the same', async (t) => {
  const keeper = await opened(t.testdir(), createFakeClock(), { every: 0 });
  t.same(keeper.status(), []);
  const next = { every: 0, exec: ['true'] };
  await keeper.follow(next);
  t.match(keeper.status(), [{ channel: 'exec' }]);
  t.equal(keeper.settings(), next);
  await keeper.follow({ ...next });
  t.equal(keeper.settings(), next);
  await keeper.close();
});

t.test(
  'what one notifier could not tell, and what happens until the next is there, is told by it',
  async (t) => {
    const { port, posts } = await hook(t);
    const clock = createFakeClock();
    const directory = t.testdir();
    const keeper = await opened(directory, clock, NOBODY);
    keeper.send(down);
    await clock.advance(1000);
    await until(() => keeper.status().find(({ lastError }) => lastError), 'a failure');
    const following = keeper.follow({ ...NOBODY, webhook: `http://127.0.0.1:${port}/` });
    keeper.send(up);
    await following;
    await clock.advance(60_000);
    await until(() => keeper.status().find(({ sent }) => sent === 1), 'the first message');
    await clock.advance(60_000);
    await until(() => posts.at(1), 'the second message');
    t.match(posts, [{ body: { events: [down] } }, { body: { events: [up] } }]);
    await keeper.close();
    t.equal(clock.waiting(), 0);
  },
);

t.test('the next process tells what this one could not', async (t) => {
  const { port, posts } = await hook(t);
  const clock = createFakeClock();
  const directory = t.testdir();
  const one = await opened(directory, clock, NOBODY);
  one.send(down);
  await one.close();
  const two = await opened(directory, clock, { ...NOBODY, webhook: `http://127.0.0.1:${port}/` });
  await clock.advance(60_000);
  await until(() => posts.at(0), 'the message');
  t.match(posts, [{ body: { events: [down] } }]);
  await two.close();
});

t.test('what happens while a reload and the end meet is told by the next process', async (t) => {
  const { port, posts } = await hook(t);
  const clock = createFakeClock();
  const directory = t.testdir();
  const one = await opened(directory, clock, NOBODY);
  const following = one.follow({ ...NOBODY, webhook: 'http://127.0.0.1:2/' });
  one.send(down);
  await one.close();
  await following;
  await one.follow(NOBODY);
  t.equal(clock.waiting(), 0, 'nothing goes on after the end');
  const two = await opened(directory, clock, { ...NOBODY, webhook: `http://127.0.0.1:${port}/` });
  await clock.advance(60_000);
  await until(() => posts.at(0), 'the message');
  t.match(posts, [{ body: { events: [down] } }]);
  await two.close();
});
