/** What counts as up: verdicts, overrides, new addresses, and panic. */
import t from 'tap';
import type { Verdict } from '../../src/facts.js';
import { type AddressHealth, availability, type Standing } from '../../src/select/health-view.js';

function address(state: Verdict, more: Partial<AddressHealth> = {}): AddressHealth {
  return { state, overridden: false, weight: 1, pending: false, ...more };
}
function many(up: number, down: number): AddressHealth[] {
  return Array.from({ length: up + down }, (_, i) => address(i < up ? 'up' : 'down'));
}

const overridden = { overridden: true };
const disabled = { weight: 0 };
const pending = { pending: true };

const table: [string, AddressHealth[], number, boolean, Standing[]][] = [
  [
    'up, down, unknown',
    [address('up'), address('down'), address('unknown')],
    0.2,
    false,
    ['up', 'down', 'up'],
  ],
  ['none up', many(0, 2), 0.2, true, ['up', 'up']],
  ['none up, threshold 0', many(0, 2), 0, true, ['up', 'up']],
  ['one up, threshold 0', many(1, 2), 0, false, ['up', 'down', 'down']],
  ['any down, threshold 1', many(2, 1), 1, true, ['up', 'up', 'up']],
  ['no address', [], 0.2, false, []],
  [
    'overrides hold in panic',
    [address('down'), address('up', overridden), address('down', disabled)],
    0.2,
    true,
    ['up', 'off', 'off'],
  ],
  ['all overridden is no panic', [address('down', overridden)], 0.2, false, ['off']],
  [
    'those that are off are not counted: one of two is up',
    [address('up'), address('down'), ...Array.from({ length: 9 }, () => address('down', overridden))],
    0.5,
    false,
    ['up', 'down', ...Array.from({ length: 9 }, (): Standing => 'off')],
  ],
  [
    'a new one waits',
    [address('up'), address('unknown', pending), address('down', pending)],
    0.9,
    false,
    ['up', 'new', 'new'],
  ],
  ['and does so in panic', [address('down'), address('unknown', pending)], 0.2, true, ['up', 'new']],
  ['unless the family has no other', [address('unknown', pending)], 0.2, false, ['up']],
  [
    'those that are off are no other',
    [address('unknown', pending), address('up', overridden), address('up', disabled)],
    0.2,
    false,
    ['up', 'off', 'off'],
  ],
  [
    'only new ones: as at a cold start',
    [address('unknown', pending), address('down', pending)],
    0.2,
    false,
    ['up', 'down'],
  ],
  ['only new ones, all down', [address('down', pending)], 0.2, true, ['up']],
  ['an override on a new one', [address('unknown', { ...pending, ...overridden })], 0.2, false, ['off']],
];

for (const [name, addresses, threshold, panic, standing] of table) {
  t.test(name, async (t) => {
    t.same(availability(addresses, threshold), { panic, standing });
  });
}

t.test('fewer than the threshold, exactly', async (t) => {
  const panics = (up: number, down: number, threshold: number) =>
    availability(many(up, down), threshold).panic;
  t.equal(panics(1, 4, 0.2), false, 'one of five is a fifth');
  t.equal(panics(1, 5, 0.2), true);
  t.equal(panics(7, 93, 0.07), false, 'though 0.07 × 100 is above 7 in binary');
  t.equal(panics(6, 94, 0.07), true);
  for (let all = 1; all <= 100; all++) {
    for (let up = 1; up <= all; up++) {
      if (panics(up, all - up, up / all)) t.fail(`${up} of ${all} is not fewer than ${up} of ${all}`);
    }
  }
});
