/** Hearing a member: no body is fetched for what is no news, or that is known, and what is not what it signed is refused. */
import t from 'tap';
import { BODIES, digestOf, type Head, keyFor, packBody, sealHead } from '../../src/fleet/documents.js';
import { hearMember } from '../../src/fleet/hear-member.js';
import { createRoster } from '../../src/fleet/roster.js';
import { createFakeClock } from '../fake-clock.js';
import { keyPair } from './keys.js';
import { madeInstance } from './made-instance.js';

const { privateKey, publicKey } = keyPair();
const digest = digestOf('');

async function scene() {
  const clock = createFakeClock();
  const { instance, store, asked } = madeInstance();
  const roster = createRoster(['ns1'], clock, { onHeard: () => undefined, onSilent: () => undefined });
  const empty = await packBody([]);
  for (const body of BODIES) store.set(keyFor('ns1', body), empty.octets);
  const head: Head = {
    ...{ member: 'ns1', sequence: [1, 1], stamp: clock.now(), abstains: [] },
    bodies: {
      ...{ verdicts: empty.digest, joint: empty.digest },
      ...{ overrides: empty.digest, challenges: empty.digest },
    },
    ...{ zones: digest, databases: digest },
  };
  const hear = (one: Head, key = privateKey) =>
    hearMember(sealHead(one, key), { instance, roster, member: 'ns1', publicKey, now: clock.now() });
  const refused = () => roster.status()[0]?.refused;
  return { store, asked, roster, head, hear, refused };
}

t.test('bodies are fetched once, and then those that have changed', async (t) => {
  const { store, asked, roster, head, hear } = await scene();
  t.ok(await hear(head));
  t.same(
    asked,
    BODIES.map((body) => `geopool:ns1:${body}`),
  );
  asked.length = 0;
  t.ok(await hear(head));
  t.same(asked, [], 'it is no news');
  const seen = await packBody([{ key: 'a', verdict: 'down', since: 0 }]);
  store.set('geopool:ns1:verdicts', seen.octets);
  const before = roster.heard('ns1')?.bodies;
  t.ok(await hear({ ...head, sequence: [1, 2], bodies: { ...head.bodies, verdicts: seen.digest } }));
  t.same(asked, ['geopool:ns1:verdicts']);
  const after = roster.heard('ns1')?.bodies;
  t.equal(after?.overrides, before?.overrides);
  t.match(after?.verdicts, [{ verdict: 'down' }]);
});

t.test('what its member did not sign is refused, and looked at again', async (t) => {
  const { store, asked, roster, head, hear, refused } = await scene();
  t.notOk(await hear(head, keyPair().privateKey));
  t.equal(refused(), 'not signed by its key');
  t.same(asked, [], 'and nothing more is asked for it');
  store.set('geopool:ns1:joint', (await packBody([{ key: 'a', verdict: 'up', since: 0 }])).octets);
  t.notOk(await hear(head));
  t.equal(refused(), 'its joint are not what it signed');
  store.delete('geopool:ns1:joint');
  t.notOk(await hear(head));
  t.equal(refused(), 'its joint are missing');
  t.equal(roster.heard('ns1'), undefined);
});
