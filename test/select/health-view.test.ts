/** What counts as up: verdicts, overrides, new addresses, and panic. */
import t from 'tap';
import type { PanicAction, Verdict } from '../../src/platform/types.js';
import {
  type AddressHealth,
  type AddressState,
  availability,
  factsOf,
} from '../../src/select/health-view.js';

function address(state: Verdict, more: Partial<AddressHealth> = {}): AddressHealth {
  return { state, overridden: false, weight: 1, pending: false, backup: false, drained: false, ...more };
}
function many(up: number, down: number): AddressHealth[] {
  return Array.from({ length: up + down }, (_, i) => address(i < up ? 'up' : 'down'));
}

const overridden = { overridden: true };
const disabled = { weight: 0 };
const pending = { pending: true };
const drained = { drained: true };

const table: [string, AddressHealth[], number, boolean, AddressState[]][] = [
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
    'who drains is the last resort, and says nothing of panic',
    [address('up', drained), address('up', drained), address('up')],
    0.9,
    false,
    ['new', 'new', 'up'],
  ],
  ['all drain: they count', [address('up', drained), address('down', drained)], 0.2, false, ['new', 'new']],
  ['an override is above that', [address('up', { ...drained, ...overridden })], 0.2, false, ['off']],
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
    ['up', 'down', ...Array.from({ length: 9 }, (): AddressState => 'off')],
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

for (const [name, addresses, threshold, panic, state] of table) {
  t.test(name, async (t) => {
    t.same(availability(addresses.map(factsOf), threshold), { panic, states: state });
  });
}

t.test('what a pool does in panic', async (t) => {
  const backup = { backup: true };
  const pool = [
    address('down'),
    address('down'),
    address('up', backup),
    address('down', backup),
    address('up', { ...backup, ...overridden }),
    address('unknown', pending),
  ].map(factsOf);
  const doing = (action: PanicAction, threshold: number) =>
    availability(pool, threshold, action).states.join();
  for (const action of ['answer', 'backup', 'servfail'] as const)
    t.equal(doing(action, 0.2), 'down,down,up,down,off,new', 'a quarter is up: no panic');
  t.equal(doing('answer', 0.5), 'up,up,up,up,off,new');
  t.equal(doing('backup', 0.5), 'down,down,up,down,off,new', 'those backups that are up');
  t.equal(doing('servfail', 0.5), 'down,down,down,down,off,new', 'nobody');
});

t.test('fewer than the threshold, exactly', async (t) => {
  const panics = (up: number, down: number, threshold: number) =>
    availability(many(up, down).map(factsOf), threshold).panic;
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
