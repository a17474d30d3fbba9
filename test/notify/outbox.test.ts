import t from 'tap';
import type { Message, Notice } from '../../src/notify/notice.js';
import { createOutbox } from '../../src/notify/outbox.js';
import type { PendingNotices } from '../../src/notify/pending-notices.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const notice = (text: string): Notice => ({ event: 'down', at: '2026-01-01T00:00:00.000Z', text });

/** An outbox whose messages arrive, or fail as often as the test says. */
function scene(every = 60_000, pending?: PendingNotices) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const arrived: Message[] = [];
  let failures = 0;
  let attempts = 0;
  const kept: PendingNotices[] = [];
  const outbox = createOutbox({
    clock,
    log,
    channel: 'webhook',
    every,
    ...(pending !== undefined && { pending }),
    store: { mark: () => undefined, flush: async () => void kept.push(outbox.pending()) },
    speaker: { version: '1.2.3', host: 'here' },
    send: async (message) => {
      attempts++;
      if (failures > 0) {
        failures--;
        throw new Error('chat.example answered 503');
      }
      arrived.push(message);
    },
  });
  return {
    clock,
    log,
    arrived,
    outbox,
    kept,
    attempts: () => attempts,
    fail: (times: number) => {
      failures = times;
    },
  };
}

t.test('what happens together is told together, a moment later', async (t) => {
  const { clock, arrived, outbox } = scene();
  for (const text of ['a is down', 'b is down']) outbox.add(notice(text));
  t.same(arrived, [], 'nobody waits for it');
  await clock.advance(1000);
  t.match(arrived, [{ events: [{ text: 'a is down' }, { text: 'b is down' }], dropped: 0, host: 'here' }]);
  t.equal(arrived[0]?.text, 'geopool on here: a is down\nb is down');
  outbox.close();
});

t.test('messages keep their distance', async (t) => {
  const { clock, arrived, outbox } = scene();
  for (let second = 0; second < 300; second += 10) {
    outbox.add(notice(`at ${second}`));
    await clock.advance(10_000);
  }
  await clock.advance(60_000);
  t.equal(arrived.length, 6, 'in five minutes and a bit');
  t.equal(arrived.flatMap(({ events }) => events).length, 30, 'and nothing is lost');
  outbox.close();
});

t.test('one that fails is tried again, and what comes meanwhile waits', async (t) => {
  const { clock, arrived, outbox, log, fail } = scene();
  fail(3);
  outbox.add(notice('first'));
  await clock.advance(1000);
  outbox.add(notice('second'));
  t.match(outbox.status(), { sent: 0, waiting: 1, lastError: 'chat.example answered 503' });
  await clock.advance(20_000);
  t.match(arrived, [{ events: [{ text: 'first' }] }]);
  await clock.advance(60_000);
  t.match(arrived[1], { events: [{ text: 'second' }] });
  t.same(log.events(), ['notify-failed', 'notify-recovered'], 'said once');
  t.match(outbox.status(), { sent: 2, failed: 0, waiting: 0 });
  t.notOk('lastError' in outbox.status());
  outbox.close();
});

t.test('after an hour or so it is given up, and the next one has its chance', async (t) => {
  const { clock, arrived, outbox, log, fail, attempts } = scene();
  fail(1000);
  outbox.add(notice('first'));
  await clock.advance(30 * 60_000);
  const early = attempts();
  t.ok(early >= 9 && early <= 13, `${early} attempts in half an hour`);
  await clock.advance(90 * 60_000);
  t.equal(log.events().at(-1), 'notify-given-up');
  fail(0);
  outbox.add(notice('second'));
  await clock.advance(61_000);
  t.match(arrived, [{ events: [{ text: 'second' }] }]);
  t.match(outbox.status(), { sent: 1, failed: 1 });
  outbox.close();
});

t.test('of too many the oldest are dropped, and that is said', async (t) => {
  const { clock, arrived, outbox } = scene();
  for (let i = 0; i < 600; i++) outbox.add(notice(`number ${i}`));
  await clock.advance(1000);
  const [message] = arrived;
  t.match([message?.events.length, message?.dropped], [500, 100]);
  t.equal(message?.events[0]?.text, 'number 100');
  t.match(message?.text, /and 580 more$/);
  outbox.close();
});

t.test('closed, it tells nothing more and leaves no timer', async (t) => {
  const { clock, arrived, outbox, fail } = scene();
  outbox.add(notice('a'));
  await outbox.close();
  outbox.add(notice('b'));
  await clock.advance(120_000);
  t.same(arrived, []);
  t.equal(clock.waiting(), 0);
  const second = scene();
  second.fail(5);
  fail(0);
  second.outbox.add(notice('a'));
  await second.clock.advance(1000);
  await second.outbox.close();
  t.equal(second.clock.waiting(), 0);
});

t.test('what is undelivered when a process ends, the next one tells', async (t) => {
  const first = scene();
  first.fail(1000);
  first.outbox.add(notice('tried'));
  await first.clock.advance(1000);
  first.outbox.add(notice('waits'));
  await first.outbox.close();
  const left = first.outbox.pending();
  t.match(left, { sending: { events: [{ text: 'tried' }], attempts: 1 }, waiting: [{ text: 'waits' }] });

  const second = scene(60_000, left);
  await second.clock.advance(120_000);
  t.match(second.arrived, [{ events: [{ text: 'tried' }] }, { events: [{ text: 'waits' }] }]);
  t.same(second.outbox.pending(), { waiting: [], dropped: 0 }, 'and no third');
  await second.outbox.close();
});

t.test('one that ends the process each time it is told is given up all the same', async (t) => {
  let left: PendingNotices = { waiting: [notice('deadly')], dropped: 0 };
  let deaths = 0;
  for (; deaths < 100; deaths++) {
    const { clock, kept, outbox, attempts } = scene(60_000, left);
    await clock.advance(1000);
    const told = attempts();
    await outbox.close();
    if (told === 0) break;
    // Killed in the middle of it: all that is left is what was kept before.
    left = kept[0] ?? left;
  }
  t.equal(deaths, 14);
});

t.test('where nothing can be kept people are told all the same', async (t) => {
  const clock = createFakeClock();
  const arrived: Message[] = [];
  const outbox = createOutbox({
    clock,
    log: createRecordingLog(),
    channel: 'exec',
    every: 0,
    speaker: { version: '1', host: 'here' },
    store: { mark: () => undefined, flush: () => Promise.reject(new Error('ENOSPC')) },
    send: async (message) => void arrived.push(message),
  });
  outbox.add(notice('a'));
  await clock.advance(1000);
  t.match(arrived, [{ events: [{ text: 'a' }] }]);
  await outbox.close();
});

t.test('the end waits for a message under way, but not long', async (t) => {
  const clock = createFakeClock();
  let arrive = (): void => undefined;
  const options = {
    clock,
    log: createRecordingLog(),
    channel: 'exec',
    every: 0,
    speaker: { version: '1', host: 'here' },
    store: { mark: () => undefined, flush: async () => undefined },
  };
  const outbox = createOutbox({
    ...options,
    send: () =>
      new Promise((resolve) => {
        arrive = resolve;
      }),
  });
  outbox.add(notice('a'));
  await clock.advance(1000);
  const closed = outbox.close();
  arrive();
  await closed;
  t.same(outbox.pending(), { waiting: [], dropped: 0 }, 'it arrived, and is not told again');

  const hangs = createOutbox({ ...options, send: () => new Promise(() => undefined) });
  hangs.add(notice('b'));
  await clock.advance(1000);
  const [given] = await Promise.all([hangs.close(), clock.advance(500)]);
  t.equal(given, undefined);
  t.match(hangs.pending(), { sending: { events: [{ text: 'b' }], attempts: 1 } });
  t.equal(clock.waiting(), 0);
});
