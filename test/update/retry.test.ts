import fc from 'fast-check';
import t from 'tap';
import { UpdateFault } from '../../src/update/fault.js';
import {
  isPassingStatus,
  nextWait,
  parseHttpDate,
  parseRetryAfter,
  RETRY_POLICY,
  type RetryOptions,
  retrying,
} from '../../src/update/retry.js';
import { createFakeClock } from '../fake-clock.js';
import { hastyClock } from './scenery.js';

const passing = new UpdateFault('passing', 'down');
const middle = (): number => 0.5;

t.test('5xx, 408 and 429 may pass, other 4xx do not', async (t) => {
  for (const status of [500, 502, 503, 504, 599, 408, 429]) t.ok(isPassingStatus(status), String(status));
  for (const status of [400, 401, 402, 403, 404, 410, 418]) t.notOk(isPassingStatus(status), String(status));
});

t.test('Retry-After: seconds, dates, and nonsense', async (t) => {
  const now = Date.UTC(2026, 0, 6, 17, 35, 0);
  t.equal(parseRetryAfter('120', now), 120_000);
  t.equal(parseRetryAfter('0', now), 0);
  t.equal(parseRetryAfter('Tue, 06 Jan 2026 17:35:03 GMT', now), 3_000);
  t.equal(parseRetryAfter('Tue, 06 Jan 2026 17:34:00 GMT', now), 0, 'a date that is past: at once');
  for (const value of [undefined, '', '-5', '1.5', 'soon', '99999999999', 'Tue, 06 Jan 2026', '2026-01-06']) {
    t.equal(parseRetryAfter(value, now), undefined, String(value));
  }
});

t.test('HTTP dates', async (t) => {
  t.equal(parseHttpDate('Tue, 06 Jan 2026 17:35:03 GMT'), Date.UTC(2026, 0, 6, 17, 35, 3));
  for (const value of ['', 'Tue, 06 Jan 2026 17:35:03 CET', 'Tue, 06 Foo 2026 17:35:03 GMT', '1767720903']) {
    t.equal(parseHttpDate(value), undefined, value);
  }
});

t.test('waits double up to a minute, within the window', async (t) => {
  const waits: number[] = [];
  let elapsed = 0;
  for (;;) {
    const wait = nextWait(waits.length + 1, elapsed, passing, middle, RETRY_POLICY);
    if (wait === undefined) break;
    waits.push(wait);
    elapsed += wait;
  }
  t.same(
    waits,
    [2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000),
  );
});

t.test('jitter is half to one and a half, and what the server asks is a floor', async (t) => {
  t.equal(
    nextWait(1, 0, passing, () => 0, RETRY_POLICY),
    1_000,
  );
  t.equal(
    nextWait(1, 0, passing, () => 0.999, RETRY_POLICY),
    2_998,
  );
  t.equal(nextWait(1, 0, { kind: 'passing', retryAfterMs: 90_000 }, middle, RETRY_POLICY), 90_000);
  t.equal(nextWait(3, 0, { kind: 'passing', retryAfterMs: 1 }, middle, RETRY_POLICY), 8_000);
});

t.test('who asks for more than the window is left alone', async (t) => {
  t.equal(nextWait(1, 0, { kind: 'passing', retryAfterMs: 300_001 }, middle, RETRY_POLICY), undefined);
  t.equal(nextWait(1, 250_000, { kind: 'passing', retryAfterMs: 60_000 }, middle, RETRY_POLICY), undefined);
});

t.test('what is final is not asked again', async (t) => {
  t.equal(nextWait(1, 0, { kind: 'final', retryAfterMs: undefined }, middle, RETRY_POLICY), undefined);
  t.equal(nextWait(1, 0, { kind: 'refused', retryAfterMs: 1_000 }, middle, RETRY_POLICY), undefined);
});

t.test('no wait leaves the window, and none is negative', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 0, max: 400_000 }),
      fc.option(fc.integer({ min: 0, max: 1e12 }), { nil: undefined }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, elapsed, retryAfterMs, chance) => {
        const wait = nextWait(
          failures,
          elapsed,
          { kind: 'passing', retryAfterMs },
          () => chance,
          RETRY_POLICY,
        );
        return wait === undefined || (wait >= (retryAfterMs ?? 0) && wait > 0 && elapsed + wait <= 300_000);
      },
    ),
  );
});

function options(overrides: Partial<RetryOptions>): RetryOptions {
  return {
    clock: hastyClock(),
    random: middle,
    signal: new AbortController().signal,
    policy: RETRY_POLICY,
    onWait: () => undefined,
    ...overrides,
  };
}

t.test('asks until it works, and tells of each wait', async (t) => {
  const clock = hastyClock();
  const told: number[] = [];
  let tries = 0;
  const result = await retrying(
    async () => {
      if (++tries < 4) throw passing;
      return 'done';
    },
    options({ clock, onWait: (_fault, wait) => told.push(wait) }),
  );
  t.equal(result, 'done');
  t.same(clock.waits, [2_000, 4_000, 8_000]);
  t.same(told, clock.waits);
});

t.test('gives up after five minutes with the last fault', async (t) => {
  const clock = hastyClock();
  let tries = 0;
  await t.rejects(
    retrying(async () => {
      throw new UpdateFault('passing', `try ${++tries}`);
    }, options({ clock })),
    { message: 'try 9' },
  );
});

t.test('time that the tries themselves take counts', async (t) => {
  const clock = createFakeClock();
  let tries = 0;
  const failing = retrying(async () => {
    tries++;
    await new Promise<void>((resolve) => {
      clock.after(140_000, resolve);
    });
    throw passing;
  }, options({ clock }));
  const failed = t.rejects(failing, { message: 'down' });
  await clock.advance(1_000_000);
  await failed;
  t.equal(tries, 3, 'begun at 0, 142 and 286 s');
});

t.test('final faults and other errors end it at once', async (t) => {
  for (const error of [
    new UpdateFault('final', 'no'),
    new UpdateFault('refused', 'no'),
    new Error('a defect'),
  ]) {
    let tries = 0;
    await t.rejects(
      retrying(async () => {
        tries++;
        throw error;
      }, options({})),
      error,
    );
    t.equal(tries, 1);
  }
});

t.test('a stop ends the wait', async (t) => {
  const clock = createFakeClock();
  const stopping = new AbortController();
  const failing = retrying(() => Promise.reject(passing), options({ clock, signal: stopping.signal }));
  const failed = t.rejects(failing, { message: 'stopped' });
  await clock.advance(500);
  t.equal(clock.waiting(), 1);
  stopping.abort(new UpdateFault('final', 'stopped'));
  await failed;
  t.equal(clock.waiting(), 0, 'and its timer');
});
