import t from 'tap';
import { canBeEmpty } from '../../../src/zone/warnings/empty-pools.js';
import { soundZone, zoneText } from '../zone-text.js';
import { SURROUNDINGS } from './surroundings.js';

const MIRRORS = `mirrors:
  berlin: { addresses: [192.0.2.1], location: { country: DE } }
  tokyo: { addresses: [192.0.2.2], location: { country: JP }, only_countries: [JP, KR] }
  osaka: { addresses: [192.0.2.3], location: { country: JP }, only_countries: [JP, KR] }
  nowhere: { addresses: [192.0.2.4], only_asn: [64500] }
  off: { addresses: [192.0.2.5], location: { country: FR }, only_countries: [FR], weight: 0 }`;

/** By these choices, in a zone with more of it. */
function said(choose: string, more = ''): readonly string[] {
  const pools = `pools: { dl: { choose: ${choose} } }`;
  return canBeEmpty(soundZone(zoneText({ pools, mirrors: MIRRORS, more })), SURROUNDINGS).map(
    ({ path, message }) => `${path.join(' ')}: ${message}`,
  );
}

const LEFT = 'for clients that are not known to be in JP, KR, and resolvers keep that for all clients';

t.test('a mirror elsewhere helps nobody who chooses', async (t) => {
  t.same(said('[country]'), [
    `pools dl choose: the pool "dl" has no IPv4 address by the name jp.dl.dl.example.org, which users may choose, ${LEFT}`,
  ]);
  t.match(said('[mirror]'), {
    0: new RegExp(
      `by the names tokyo\\.dl\\.dl\\.example\\.org, osaka\\.\\S+, which users may choose, ${LEFT}$`,
    ),
    1: /by the name nowhere\.dl\.dl\.example\.org, .* for clients in none of the "only_networks" and "only_asn"/,
    length: 2,
  });
  t.match(said('[continent]'), [/by the name asia\.dl/]);
});

t.test('where a database says where it is', async (t) => {
  const zone = soundZone(zoneText({ pools: 'pools: { dl: { choose: [country] } }', mirrors: MIRRORS }));
  const countryOf = () => 'DE';
  t.same(canBeEmpty(zone, { ...SURROUNDINGS, countryOf }), [], 'beside one that admits everybody');
});

t.test('a zone that is signed says it as an error', async (t) => {
  const pools = 'pools: { dl: { choose: [country], may_be_empty: true } }';
  const zone = soundZone(zoneText({ pools, mirrors: MIRRORS, more: 'dnssec: { key: /k }' }));
  t.same(canBeEmpty(zone, SURROUNDINGS), []);
});
