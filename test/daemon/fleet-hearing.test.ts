/** Who says something for all hears who knows it, as soon as that is known, and does not wait for the silent. */
import t from 'tap';
import { createFleetHearing } from '../../src/daemon/fleet-hearing.js';
import type { Stamp } from '../../src/fleet/documents.js';
import { createFakeClock } from '../fake-clock.js';

interface Entry {
  readonly name: string;
  readonly stamp: Stamp;
  readonly withheld?: true;
}

function scene() {
  const clock = createFakeClock();
  const heard = new Map<string, readonly Entry[] | undefined>();
  const hearing = createFleetHearing<{ name: string }, Entry, 'holds'>({
    ...{ yes: 'holds', keyOf: ({ name }) => name, heard: () => heard, clock },
  });
  const said: Entry[] = [
    { name: 'a', stamp: [5, 0] },
    { name: 'b', stamp: [5, 1] },
  ];
  return { clock, heard, hearing, said };
}

t.test('a member knows what was said when it knows all of it, as it was said', async (t) => {
  const { clock, heard, hearing, said } = scene();
  const [a, b] = said;
  if (a === undefined || b === undefined) throw new Error('both are said');
  heard.set('ns2', []).set('ns3', [a]).set('ns4', undefined);
  let members: unknown;
  const settling = hearing.settled(said).then((settled) => {
    members = settled;
  });
  const earlier: Entry = { ...b, stamp: [4, 0] };
  for (const passed of [[a], [a, earlier]]) {
    heard.set('ns2', passed).set('ns3', [a, { ...b, withheld: true }]);
    hearing.changed();
    await Promise.resolve();
    t.equal(members, undefined);
  }
  heard.set('ns2', [b, { name: 'c', stamp: [1, 0] }, a]);
  hearing.changed();
  await settling;
  t.same(members, [
    { member: 'ns2', state: 'holds' },
    { member: 'ns3', state: 'withheld' },
    { member: 'ns4', state: 'silent' },
  ]);
  t.equal(clock.waiting(), 0);
});

t.test('it waits for five seconds at most', async (t) => {
  const { clock, heard, hearing, said } = scene();
  heard.set('ns2', []);
  const settling = hearing.settled(said);
  await clock.advance(5000);
  t.same(await settling, [{ member: 'ns2', state: 'late' }]);
});
