import fc from 'fast-check';
import t from 'tap';
import { createHistoryTime } from '../../src/history/history-time.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = Date.UTC(2026, 0, 1);

/** A time that began at BEGIN, with a wall clock that goes on, is set, and is found again by the next process. */
function begun() {
  const time = createHistoryTime();
  let wall = time.advance(BEGIN, true);
  return {
    time,
    wall: () => wall,
    pass(ms: number) {
      wall += ms;
      return time.advance(wall, false);
    },
    set(ms: number) {
      wall += ms;
      time.set(ms);
    },
    stop(ms: number) {
      wall += ms;
      return time.advance(wall, true);
    },
  };
}

t.test('it passes by what passes, and by no clock that is set', async (t) => {
  const { time, wall, pass, set } = begun();
  t.equal(pass(5 * HOUR), BEGIN + 5 * HOUR);
  for (const ms of [DAY, -90 * DAY, 3650 * DAY, 1000, -1000]) {
    set(ms);
    const before = time.now();
    t.equal(pass(HOUR), before + HOUR);
    t.equal(time.wallOf(time.now()), wall());
    t.equal(time.before(time.now(), HOUR), before);
  }
});

t.test('a short stop passes; a long one makes older what was before, and no more than that', async (t) => {
  const { time, wall, stop, pass } = begun();
  pass(10 * HOUR);
  t.equal(stop(HOUR), BEGIN + 11 * HOUR);
  const last = pass(HOUR);
  stop(30 * DAY);
  const now = pass(HOUR);
  t.ok(now - last <= 2 * HOUR, 'nothing is forgotten for it');
  t.equal(time.wallOf(now), wall());
  t.equal(time.wallOf(last), BEGIN + 12 * HOUR, 'what was before keeps its time');
  t.equal(time.before(now, 30 * DAY + 2 * HOUR), last - HOUR);
  t.equal(time.before(now, 29 * DAY), now - HOUR, 'the stop itself: the moment of the start');
});

t.test(
  'a start far ahead is taken back when the clock goes back: all is as old, and shown, as it is',
  async (t) => {
    for (const how of ['set', 'stop'] as const) {
      const moved = begun();
      const { time, pass, stop } = moved;
      const last = pass(10 * HOUR);
      stop(2 * DAY + 3650 * DAY);
      const ahead = pass(HOUR);
      moved[how](-3650 * DAY);
      const now = pass(HOUR);
      t.equal(time.wallOf(now), BEGIN + 2 * DAY + 12 * HOUR);
      t.equal(time.wallOf(ahead), BEGIN + 2 * DAY + 11 * HOUR);
      t.equal(time.wallOf(last), BEGIN + 10 * HOUR);
      t.equal(time.before(now, 2 * DAY + 2 * HOUR), last);
      t.same(time.state().leaps.length, 1, 'the two days are left');
    }
  },
);

t.test('a host without a clock of its own begins in 1970, until it is set', async (t) => {
  const { time, wall, pass, stop, set } = begun();
  const last = pass(10 * HOUR);
  stop(-wall() + 60_000);
  pass(60_000);
  set(BEGIN + 11 * HOUR - wall());
  const now = pass(HOUR);
  t.equal(time.wallOf(now), BEGIN + 12 * HOUR);
  t.equal(now, last + HOUR + 60_000);
});

t.test(
  'whatever happens to the clock, it never goes back, and goes on as well from what was kept of it',
  async () => {
    const happening = fc.record({
      kind: fc.constantFrom('pass', 'pass', 'set', 'stop'),
      ms: fc.oneof(fc.integer({ min: -4000, max: 4000 }), fc.integer({ min: -2, max: 2 })),
      unit: fc.constantFrom(1, HOUR, DAY),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (list) => {
        const moved = begun();
        const { time, wall } = moved;
        let before = time.now();
        for (const { kind, ms, unit } of list) {
          if (kind === 'pass') moved.pass(Math.abs(ms) * unit);
          else if (kind === 'set') moved.set(ms * unit);
          else moved.stop(ms * unit);
          const now = time.now();
          if (now < before) return false;
          before = now;
          const again = createHistoryTime();
          again.resume(time.state());
          if (again.advance(time.wallOf(now), false) !== now) return false;
          if (again.before(now, 100 * DAY) !== time.before(now, 100 * DAY)) return false;
          if (time.before(now, 100 * DAY) > now) return false;
        }
        return Math.abs(time.wallOf(time.now()) - wall()) <= HOUR;
      }),
    );
  },
);
