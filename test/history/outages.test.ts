import t from 'tap';
import { type Outage, strikesOf, turnOutage } from '../../src/history/outages.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The outages after the mirror turned at these minutes, down first. */
function after(...minutes: number[]): readonly Outage[] {
  let outages: readonly Outage[] = [];
  minutes.forEach((minute, i) => {
    outages = turnOutage(outages, i % 2 === 0, minute * MINUTE);
  });
  return outages;
}

const count = (outages: readonly Outage[], now: number): number => strikesOf(outages, now * MINUTE).length;

t.test('five minutes are a strike, a restart is none', async (t) => {
  t.equal(count(after(0, 4), 10), 0);
  t.equal(count(after(0, 5), 10), 1);
});

t.test('an outage that still lasts counts as far as it went', async (t) => {
  t.equal(count(after(0), 4), 0);
  t.equal(count(after(0), 5), 1);
});

t.test('what fails again within an hour is the same outage', async (t) => {
  t.equal(count(after(0, 10, 60, 80), 100), 1);
  t.match(strikesOf(after(0, 10, 60, 80), 100 * MINUTE), [{ from: 0, to: 80 * MINUTE, ms: 30 * MINUTE }]);
  t.equal(count(after(0, 3, 30, 33), 100), 1, 'two short ones of one hour are six minutes');
  t.equal(count(after(0, 10, 71, 81), 100), 2);
});

t.test('six months later it is forgotten', async (t) => {
  t.equal(strikesOf(after(0, 10), 179 * DAY).length, 1);
  t.equal(strikesOf(after(0, 10), 181 * DAY).length, 0);
});

t.test('short ones are not kept once another begins, and the list is bounded', async (t) => {
  t.equal(after(0, 1, 100, 101, 200).length, 1);
  let outages: readonly Outage[] = [];
  for (let i = 0; i < 500; i++) {
    outages = turnOutage(outages, true, i * 3 * 3_600_000);
    outages = turnOutage(outages, false, (i * 3 + 1) * 3_600_000);
  }
  t.ok(outages.length <= 50);
});

t.test('the same again changes nothing', async (t) => {
  const outages = after(0);
  t.equal(turnOutage(outages, true, 99), outages);
  t.same(turnOutage([], false, 99), []);
});
