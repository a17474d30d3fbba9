import t from 'tap';
import { testFaults } from './zone-faults.js';
import { soundZone, zoneText } from './zone-text.js';

testFaults("what can't reflect", [
  ['no name', { more: 'reflect: ⟦"a..b"' }, /"a\.\.b" is not a name/],
  ['a wildcard', { more: 'reflect: ⟦"*.a"' }, /wildcard/],
  ['the zone itself', { more: 'reflect: ⟦"@"' }, /"@" is also in "pools"/],
  [
    'the zone itself, without a pool',
    { pools: 'pools: { dl: {} }', more: 'reflect: ⟦"@"' },
    /"@" is the zone itself: give it a name below/,
  ],
  ['a pool', { pools: 'pools: { dl: {} }', more: 'reflect: ⟦DL' }, /"DL" is also in "pools" \(line 3\)/],
  [
    'a name with records',
    { more: 'reflect: ⟦www\nrecords: { www: { TXT: [x] } }' },
    /"www" is also in "records" \(line 6\): give it a name that nothing else has/,
  ],
  [
    'a name that is delegated',
    { more: 'reflect: ⟦a.sub\nrecords: { sub: { NS: [ns1.example.net] } }' },
    /"a\.sub" is in the delegation "sub", whose name servers answer for it/,
  ],
  [
    'a name that users choose by',
    { pools: 'pools: { "@": { choose: [mirror, country] } }', more: '⟦reflect: de' },
    /gives to a country: rename the name that reflects/,
  ],
]);

t.test('it is off unless it is named', async (t) => {
  t.equal(soundZone(zoneText()).reflect, undefined);
  t.equal(soundZone(zoneText({ more: 'reflect: My.Reflect' })).reflect, 'my.reflect.dl.example.org');
});
