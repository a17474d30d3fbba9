/** Which signed set stands in for one that may not be signed now: for whom it may, and the nearest of those. */
import t from 'tap';
import { noteRecent, RECENT } from '../../src/answer/pool-signers.js';
import { adoptTable } from '../../src/answer/responder.js';
import { newHits } from '../../src/answer/tally.js';
import type { AddressState } from '../../src/select/health-view.js';
import type { PoolSaid } from '../compile/make-table.js';
import { ask, counts, type Scene, scene, ZONE } from './signed-pools.js';

/** Clients and mirrors along one parallel: clients of N.0.0.0/8 are where mirror N is. */
const LOCATIONS = Object.fromEntries(
  [1, 2, 3, 4, 5].map((n) => [
    `${n}.0.0.0/8`,
    { country: { iso_code: 'DE' }, location: { latitude: 50, longitude: 10 * n } },
  ]),
);
const at = (n: number): string => `location: { country: DE, latitude: 50, longitude: ${10 * n} }`;
const CLIENT = '1.0.0.0/24';
const near = (n: number): string => `${n}.0.0.0/24`;
const hex = (n: number): string => `c000020${n}`;

/** Five mirrors, of which each client gets the nearest ones; the fifth may have more keys. */
function pool(fifth = '', answers = 1): Scene {
  const mirrors = [1, 2, 3, 4].map((n) => `  m${n}: { addresses: [192.0.2.${n}], ${at(n)} }\n`);
  const last = `  m5: { addresses: [192.0.2.5], ${at(5)}${fifth} }\n`;
  return scene(
    `zone: ${ZONE}
ns: [ns.example.net]
pools: { "@": { answers: ${answers}, near_km: 0, probe: { type: none } } }
mirrors:
${mirrors.join('')}${last}`,
    { locations: LOCATIONS },
  );
}

const UP: readonly AddressState[] = ['up', 'up', 'up', 'up', 'up'];
const other = <T>(n: number, value: T, all: readonly T[]): T[] => all.with(n - 1, value);

/** Has the nearest of these clients signed, in this order, and from then on nothing. */
function signFor(it: Scene, ...clients: readonly number[]): void {
  it.responder.signing.budget.left = 100;
  for (const n of clients) ask(it, { network: near(n) });
  it.responder.signing.budget.left = 0;
}

/** Has as many others signed since as are known. */
function forget({ responder: { signing } }: Scene): void {
  const [signer] = signing.signers;
  if (signer === undefined) throw new Error('it is signed');
  for (let i = 0; i < RECENT; i++) noteRecent(signer, 0, 0);
}

/** What the client gets, and whether that stands in for another. */
function given(it: Scene): { readonly addresses: readonly string[]; readonly stoodIn: boolean } {
  const before = counts(it).stoodIn;
  const addresses = ask(it, { network: CLIENT });
  return { addresses, stoodIn: counts(it).stoodIn > before };
}

const standsIn = (n: number) => ({ addresses: [hex(n)], stoodIn: true });
/** It is signed all the same, since there is nothing else. */
const OWN = { addresses: [hex(1)], stoodIn: false };

t.test('the nearest of those that were signed last', async (t) => {
  for (const clients of [
    [4, 2],
    [2, 4],
  ]) {
    const it = pool();
    signFor(it, ...clients);
    t.same(given(it), standsIn(2), `signed for ${clients.join(' and ')}`);
    t.same(counts(it), { signed: 2, known: 0, stoodIn: 1 });
  }
});

t.test('none where nothing was signed, or so much since that it is forgotten', async (t) => {
  const it = pool();
  signFor(it);
  t.same(given(it), OWN);
  const forgotten = pool();
  signFor(forgotten, 2);
  forget(forgotten);
  t.same(given(forgotten), OWN);
});

t.test('what the client had last, as long as it could be drawn', async (t) => {
  const it = scene(`zone: ${ZONE}
ns: [ns.example.net]
pools: { "@": { answers: 2, probe: { type: none } } }
mirrors: { m1: { addresses: [192.0.2.1] }, m2: { addresses: [192.0.2.2] }, m3: { addresses: [192.0.2.3] } }
`);
  const { budget } = it.responder.signing;
  budget.left = 1;
  const had = [...ask(it)].sort();
  budget.left = 0;
  forget(it);
  for (let i = 0; i < 30; i++) t.same([...ask(it)].sort(), had);
  t.equal(counts(it).signed, 1);
  it.stand(0, { state: [1, 2, 3].map((n) => (hex(n) === had[0] ? 'down' : 'up')) });
  t.notOk(ask(it).includes(had[0] ?? ''));
});

t.test('nobody who does not stand as well as can be', async (t) => {
  const grown = [10, 10, 10, 10, 10];
  const whole = [1, 1, 1, 1, 1];
  const said: Readonly<Record<string, PoolSaid>> = {
    down: { state: other(2, 'down', UP) },
    new: { state: other(2, 'new', UP) },
    off: { state: other(2, 'off', UP) },
    'in slow start': { state: UP, growth: other(2, 9, grown) },
    'with less of a share': { state: UP, factors: other(2, 0.5, whole) },
    'and may be cached only for less time': { state: UP, lifetimes: other(2, 1, [60, 60, 60, 60, 60]) },
  };
  for (const [how, standing] of Object.entries(said)) {
    const it = pool();
    signFor(it, 2, 4);
    it.stand(0, standing);
    t.same(given(it), standsIn(4), how);
  }
});

t.test('no backup, and nobody whom the client may not have', async (t) => {
  const backup = pool(', backup: true');
  backup.stand(0, { state: ['off', 'off', 'off', 'off', 'up'] });
  signFor(backup, 5);
  t.equal(counts(backup).signed, 1);
  backup.stand(0, { state: UP });
  t.same(given(backup), OWN);
  for (const rule of ['only_networks: [5.0.0.0/8]', 'networks: [5.0.0.0/8]']) {
    const it = pool(`, ${rule}`);
    signFor(it, 5);
    // Whoever lists a network is there for all others too.
    t.same(given(it), rule.startsWith('only') ? OWN : standsIn(5), rule);
  }
});

t.test('nobody else where a mirror has the client in its networks', async (t) => {
  const it = pool(', networks: [1.0.0.0/8]');
  signFor(it, 2, 3);
  t.same(given(it), { addresses: [hex(5)], stoodIn: false });
});

t.test('no fewer than there could be, and none that was signed for another time', async (t) => {
  const fewer = pool('', 2);
  fewer.stand(0, { state: ['off', 'up', 'off', 'off', 'off'] });
  signFor(fewer, 2);
  fewer.stand(0, { state: UP });
  t.equal(given(fewer).addresses.length, 2);
  t.equal(counts(fewer).stoodIn, 0);
  const late = pool();
  signFor(late, 2);
  late.responder.now += 7 * 86_400_000;
  t.same(given(late), OWN);
});

t.test('of a mirror with several addresses, none but the best', async (t) => {
  const it = scene(`zone: ${ZONE}
ns: [ns.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { one: { addresses: [192.0.2.1, 192.0.2.2] } }
`);
  it.stand(0, { state: ['up', 'down'] });
  signFor(it, 1);
  it.stand(0, { state: ['down', 'up'] });
  t.same(given(it), { addresses: [hex(2)], stoodIn: false });
  it.stand(0, { state: ['up', 'up'] });
  for (let i = 0; i < 20; i++) ask(it);
  t.equal(counts(it).signed, 2);
});

t.test('none whose numbers are those of a table before, until it is asked for again', async (t) => {
  const it = pool();
  signFor(it, 2);
  adoptTable(it.responder, it.table, newHits(it.table.pools));
  t.same(given(it), OWN);
  const again = pool();
  signFor(again, 2);
  adoptTable(again.responder, again.table, newHits(again.table.pools));
  ask(again, { network: near(2) });
  t.same(given(again), standsIn(2));
});
