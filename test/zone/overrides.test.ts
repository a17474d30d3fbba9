import t from 'tap';
import { testFaults } from './zone-faults.js';
import { type Sections, soundZone, zoneText } from './zone-text.js';

const override = (text: string): Sections => ({ more: `overrides:\n  - ${text}` });

testFaults('an override that lacks something', [
  ['no mirrors', override('⟦{ reason: x }'), /"mirrors" is missing, expected the mirrors that it is about/],
  ['no reason', override('⟦{ mirrors: [aurora] }'), /"reason" is missing, expected why/],
  ['an empty reason', override('{ mirrors: [aurora], reason: ⟦"" }'), /"reason" is empty/],
  [
    'a mirror that is not there',
    override('{ mirrors: [⟦aurra], reason: x }'),
    /"aurra" is not a mirror of this zone; did you mean "aurora"/,
  ],
  [
    'a glob of nobody',
    override('{ mirrors: [aurora, ⟦"zz*"], reason: x }'),
    /"zz\*" is not a mirror of this zone/,
  ],
  ['a lone name', override('{ mirrors: ⟦"zz*", reason: x }'), /"zz\*" is not a mirror of this zone/],
  [
    'an unknown state',
    override('{ mirrors: [aurora], reason: x, state: ⟦off }'),
    /"state" can't be .*expected one of: disabled, down, up/,
  ],
  [
    'a time without an offset',
    override('{ mirrors: [aurora], reason: x, until: ⟦2027-01-31T18:00:00 }'),
    /is not a time, expected one such as 2027-01-31T18:00:00Z/,
  ],
  [
    'a time that never is',
    override('{ mirrors: [aurora], reason: x, until: ⟦2027-13-31T18:00:00Z }'),
    /is not a time/,
  ],
  [
    'an unknown key',
    override('{ mirrors: [aurora], reason: x, ⟦untill: y }'),
    /unknown key "untill"; did you mean "until"/,
  ],
  [
    'a mapping for the list',
    { more: 'overrides: ⟦{ mirrors: [aurora], reason: x }' },
    /"overrides" must be a list/,
  ],
]);

t.test('a state has one meaning, whichever word a file has for it', async (t) => {
  const stateOf = (key: string) =>
    soundZone(zoneText(override(`{ mirrors: [aurora], reason: x${key} }`))).overrides.map(
      ({ state }) => state,
    );
  for (const key of ['', ', state: disabled', ', state: down']) t.same(stateOf(key), ['down'], key);
  t.same(stateOf(', state: up'), ['up']);
});
