import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import type { Notice } from '../../src/notify/notice.js';
import { createNotifier, type NotifySettings, testChannels } from '../../src/notify/notifier.js';
import type { PendingNotices } from '../../src/notify/pending-notices.js';
import { until } from '../e2e/program.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { hook, lookUp } from './hook.js';

const down: Notice = { event: 'down', at: '2026-01-01T00:00:00.000Z', text: 'aurora is down' };

t.test('a test goes over each channel', async (t) => {
  const { port, posts } = await hook(t);
  const results = await testChannels(
    { webhook: `http://127.0.0.1:${port}/`, exec: ['/bin/false'], every: 0 },
    '1.2.3',
    0,
    lookUp,
  );
  t.same(results, [
    { channel: 'webhook', ok: true },
    { channel: 'exec', ok: false, reason: '/bin/false ended with 1' },
  ]);
  t.match(posts, [{ body: { events: [{ event: 'test' }] } }]);
  t.same(await testChannels({ every: 0 }, '1.2.3', 0, lookUp), []);
});

/** A notifier over the channels of `settings`, with what the process before left. */
function opened(settings: NotifySettings, pending: ReadonlyMap<string, PendingNotices> = new Map()) {
  const clock = createFakeClock();
  const notifier = createNotifier({
    settings,
    version: '1.2.3',
    clock,
    log: createRecordingLog(),
    store: { mark: () => undefined, flush: async () => undefined },
    lookUp,
    pending,
  });
  return { clock, notifier };
}

t.test('a channel that fails holds up no other, and what it owes is known', async (t) => {
  const { port, posts } = await hook(t);
  const { clock, notifier } = opened({
    webhook: `http://127.0.0.1:${port}/`,
    exec: ['/bin/false'],
    every: 0,
  });
  notifier.send(down);
  t.same([...notifier.pending().keys()], ['webhook', 'exec']);
  await clock.advance(1000);
  const isOver = () => notifier.status().every(({ sent, lastError }) => sent > 0 || lastError !== undefined);
  await until(() => isOver() || undefined, 'one message and one failure');
  t.match(posts, [{ body: { events: [down] } }]);
  t.match(notifier.status(), [
    { channel: 'webhook', sent: 1 },
    { channel: 'exec', sent: 0, lastError: '/bin/false ended with 1' },
  ]);
  t.match(notifier.pending().get('webhook'), { waiting: [], sending: undefined });
  t.match(notifier.pending().get('exec'), { sending: { events: [down] } });
  await notifier.close();
  t.equal(clock.waiting(), 0);
});

t.test('what the process before left goes over the channel that it was for', async (t) => {
  const { port, posts } = await hook(t);
  const left: PendingNotices = { waiting: [down], dropped: 0 };
  const settings = { webhook: `http://127.0.0.1:${port}/`, exec: ['/bin/true'], every: 0 };
  const { clock, notifier } = opened(settings, new Map([['webhook', left]]));
  t.match(notifier.status(), [{ waiting: 1 }, { waiting: 0 }]);
  await clock.advance(1000);
  await until(() => posts.at(0), 'the message');
  t.match(posts, [{ body: { events: [down] } }]);
  await notifier.close();
});

t.test('where no channel is configured nothing is kept', async (t) => {
  const { notifier, clock } = opened({ every: 0 });
  notifier.send(down);
  t.same([notifier.status(), notifier.pending().size, clock.waiting()], [[], 0, 0]);
  await notifier.close();
});

t.test('the code for a webhook is loaded while all is well, and only where there is one', async (t) => {
  const loaded = async (settings: NotifySettings): Promise<string> => {
    const code = `
      import { createRequire } from 'node:module';
      import { createNotifier } from ${JSON.stringify(new URL('../../src/notify/notifier.js', import.meta.url))};
      createNotifier({ settings: ${JSON.stringify(settings)}, pending: new Map(), clock: { now: Date.now } });
      const { cache } = createRequire(${JSON.stringify(import.meta.url)});
      process.once('exit', () => console.log(Object.keys(cache).some((path) => path.includes('/undici/'))));
    `;
    const run = promisify(execFile);
    return (await run(process.execPath, ['--input-type=module', '--eval', code])).stdout.trim();
  };
  t.equal(await loaded({ every: 0, webhook: 'http://127.0.0.1:1/' }), 'true');
  t.equal(await loaded({ every: 0 }), 'false');
});
