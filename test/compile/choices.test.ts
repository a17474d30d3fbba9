/** Which pools users may choose from another, and that they are of its mirrors and by its rules. */
import t from 'tap';
import { isChosen, withChosenPools } from '../../src/compile/choices.js';
import type { Zone } from '../../src/zone/model.js';
import { soundZone, zoneText } from '../zone/zone-text.js';
import { makeTable } from './make-table.js';

const MIRRORS = `mirrors:
  berlin: { addresses: [192.0.2.1], location: { country: DE } }
  bonn: { addresses: ["2001:db8::2"], location: { country: DE } }
  paris: { addresses: [192.0.2.3], location: { country: FR }, only_countries: [FR] }
  nowhere: { addresses: [192.0.2.4] }
  off: { addresses: [192.0.2.5], weight: 0, location: { country: JP } }`;

const zoneOf = (pools: string): Zone => soundZone(zoneText({ pools, mirrors: MIRRORS }));
const chosenIn = (zone: Zone) =>
  withChosenPools(zone, ({ location: { country } }) =>
    country === undefined ? {} : { country },
  ).pools.filter(isChosen);
const briefly = (zone: Zone): string[] =>
  chosenIn(zone).map(
    ({ owner, members }) => `${owner}: ${members.map(({ mirror }) => zone.mirrors[mirror]?.name)}`,
  );

t.test('each name has the mirrors that are there, those of weight 0 aside', async (t) => {
  t.strictSame(briefly(zoneOf('pools: { "@": { choose: [country] } }')), [
    'de.dl.example.org: berlin,bonn',
    'fr.dl.example.org: paris',
  ]);
  t.strictSame(briefly(zoneOf('pools: { "@": { choose: [continent] } }')), [
    'europe.dl.example.org: berlin,bonn,paris',
  ]);
  t.strictSame(
    briefly(zoneOf('pools: { "@": {}, a: { choose: [mirror], mirrors: [paris, off, nowhere] } }')),
    ['paris.a.dl.example.org: paris', 'nowhere.a.dl.example.org: nowhere'],
  );
  const without = zoneOf('pools: { "@": {} }');
  t.equal(
    withChosenPools(without, () => ({ country: 'DE' })),
    without,
  );
});

t.test('a chosen pool is as the one that it is chosen from', async (t) => {
  const zone = zoneOf('pools: { dl: { choose: [country], answers: 5, max_share: 0.3, only_asn: [64500] } }');
  const [parent] = zone.pools;
  for (const { name, owner, choose, chosenFrom, members, ...own } of chosenIn(zone)) {
    t.match(own, { answers: 5, maxShare: 0.3, admits: { onlyAsn: [64500] } });
    t.strictSame([chosenFrom, choose, owner], [parent?.owner, [], `${name}.dl.example.org`]);
    for (const member of members) t.ok(parent?.members.includes(member), 'probed as there');
  }
});

t.test('an order says who is first of those that are chosen, and keeps nobody out', async (t) => {
  const { plans, geographyPlans } = makeTable([
    zoneText({
      pools: 'pools: { "@": { choose: [country, mirror], order: mine, others: never } }',
      mirrors: MIRRORS,
      more: 'orders: { mine: { default: [berlin] } }',
    }),
  ]);
  const settingsOf = (owner: string) =>
    geographyPlans[plans.find((plan) => plan.owner === owner)?.geography ?? -1]?.settings;
  t.equal(settingsOf('dl.example.org')?.order?.others, 'never');
  t.equal(settingsOf('de.dl.example.org')?.order, undefined, 'in this family it is alone');
  t.equal(settingsOf('nowhere.dl.example.org')?.order, undefined);
  t.strictSame(
    chosenIn(
      zoneOf(
        'pools: { "@": { choose: [country], order: mine, others: never } }\norders: { mine: { default: [berlin] } }',
      ),
    ).map(({ owner, order }) => [owner, order?.others]),
    [
      ['de.dl.example.org', 'nearest'],
      ['fr.dl.example.org', undefined],
    ],
  );
});

t.test('what is chosen takes nothing from the maps of others', async (t) => {
  const { plans, geographyPlans } = makeTable([
    zoneText({ pools: 'pools: { "@": { choose: [country, continent, mirror] }, b: {} }', mirrors: MIRRORS }),
  ]);
  const firstChosen = plans.findIndex(({ chosenFrom }) => chosenFrom !== undefined);
  t.ok(firstChosen > 0);
  t.ok(
    plans.slice(firstChosen).every(({ chosenFrom }) => chosenFrom === 'dl.example.org'),
    'they come last',
  );
  const geographyOf = (owner: string, family = 'ipv4') =>
    geographyPlans[plans.find((plan) => plan.owner === owner && plan.family === family)?.geography ?? -1];
  t.equal(geographyOf('europe.dl.example.org')?.isCoarse, true);
  t.equal(geographyOf('paris.dl.example.org')?.isCoarse, true, 'it bars somebody');
  t.equal(geographyOf('nowhere.dl.example.org')?.isCoarse, undefined);
  for (const owner of ['berlin', 'de', 'bonn'])
    t.equal(
      geographyOf(`${owner}.dl.example.org`, owner === 'bonn' ? 'ipv6' : 'ipv4'),
      geographyOf('nowhere.dl.example.org'),
      `${owner}: alone, and for everybody`,
    );
});
