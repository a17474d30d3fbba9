/** A fleet over a simulated week of faults: servers that heard the same have the same verdicts. */
import t from 'tap';
import type { SeenVerdict } from '../../src/fleet/documents.js';
import type { Vote } from '../../src/fleet/joint-verdict.js';
import { createJointVerdicts, type MemberSays } from '../../src/fleet/joint-verdicts.js';
import { seededRandom } from '../../src/platform/random.js';

const MEMBERS = ['ns0', 'ns1', 'ns2', 'ns3', 'ns4'];
const KEYS = ['a', 'b', 'c'];
const TURN_MS = 10_000;
const TURNS = (7 * 24 * 3_600_000) / TURN_MS;

const seen = (key: string, verdict: Vote): SeenVerdict => ({ key, verdict, since: 0 });

t.test('a simulated week of faults', async (t) => {
  const random = seededRandom(16);
  const votes = MEMBERS.map(() => new Map(KEYS.map((key): [string, Vote] => [key, 'up'])));
  const servers = MEMBERS.map((self) => createJointVerdicts(MEMBERS, self));
  /** Who is cut off from the others. */
  const away = new Set<number>();
  let turned = 0;
  let differed = 0;
  let before = '';
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, own] of votes.entries()) {
      if (random() < 0.01) away.has(i) ? away.delete(i) : away.size < 2 && away.add(i);
      for (const key of KEYS) {
        if (random() < 0.02) own.set(key, own.get(key) === 'up' ? 'down' : 'up');
        servers[i]?.see(key, own.get(key));
      }
    }
    // All publish what they know at one moment; whoever is cut off hears nobody, and nobody hears it.
    const documents = servers.map(
      (server, i): MemberSays => ({
        verdicts: [...(votes[i] ?? [])].map(([key, verdict]) => seen(key, verdict)),
        joint: server.last(KEYS, 0),
      }),
    );
    for (const [i, server] of servers.entries()) {
      for (const [other, name] of MEMBERS.entries()) {
        if (other !== i) server.hear(name, away.has(i) || away.has(other) ? undefined : documents[other]);
      }
    }
    for (const key of KEYS) {
      const verdicts = servers.map((server) => server.judge(key, turn * TURN_MS)?.verdict ?? 'own');
      const together = verdicts.filter((_, i) => !away.has(i));
      if (new Set(together).size > 1) differed++;
      for (const i of away) if (verdicts[i] !== 'own') t.fail(`${i} hears nobody, and judges alone`);
      const down = votes.filter((own, i) => !away.has(i) && own.get(key) === 'down').length;
      const up = together.length - down;
      if (down >= 3 && together[0] !== 'down') t.fail('three of five say down');
      if (up >= 3 && together[0] !== 'up') t.fail('three of five say up');
      // Nobody turns without a majority that says so now, unless a part of the fleet comes back with its own past.
      if (key === 'a') {
        if (together[0] !== before) turned++;
        before = together[0] ?? '';
      }
    }
  }
  t.equal(differed, 0);
  t.ok(turned > 100, 'and there was something to judge');
});

t.test('what is heard, and in which order, is all that counts', async (t) => {
  const says = (verdict: Vote, last: Vote): MemberSays => ({
    verdicts: [seen('a', verdict)],
    joint: [{ key: 'a', verdict: last, since: 0 }],
  });
  const heard: [string, MemberSays][] = [
    ['ns1', says('down', 'up')],
    ['ns2', says('up', 'up')],
    ['ns3', says('down', 'down')],
  ];
  for (const order of [heard, heard.toReversed()]) {
    const server = createJointVerdicts(MEMBERS, 'ns0');
    for (const [member, what] of order) server.hear(member, what);
    t.match(server.judge('a', 5), { verdict: 'up', up: 1, down: 2, size: 5, since: 5 });
    server.see('a', 'down');
    t.match(server.judge('a', 6), { verdict: 'down', up: 1, down: 3, since: 6 });
    for (const [member] of order) server.hear(member, undefined);
    t.equal(server.judge('a', 7), undefined, 'when nobody is heard, it judges alone');
    t.same(server.last(['a', 'b'], 1000), [{ key: 'a', verdict: 'down', since: 1006 }], 'and remembers');
    server.keep(new Set(['b']));
    t.same(server.last(['a'], 0), [], 'until it is not watched any more');
  }
});
