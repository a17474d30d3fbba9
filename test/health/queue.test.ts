/** Whose turn it is to be asked. */
import t from 'tap';
import { createProbeQueue } from '../../src/health/queue.js';
import { seededRandom } from '../../src/platform/random.js';
import { scene } from './monitor-scene.js';
import { checkOf, httpProbe, targetOf } from './targets.js';

t.test('never two at once for one address, in whatever pools and zones', async (t) => {
  const { clock, monitor, starts, mirrors } = scene({ random: seededRandom(3) });
  const pools = ['a.example.org', 'b.example.org', 'c.example.org', 'd.example.org'];
  const probe = httpProbe({ interval: 5000, timeout: 3000 });
  monitor.setTargets(
    pools.flatMap((pool) => [
      targetOf('192.0.2.1', { pool, probe }),
      targetOf('192.0.2.1', { zone: 'example.net', pool, probe }),
      targetOf('192.0.2.2', { pool, probe }),
    ]),
  );
  mirrors.set('192.0.2.1', { ms: 700, outcome: 'good' });
  mirrors.set('192.0.2.2', 'hangs');
  await clock.advance(120_000);
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    // What is in doubt does not wait for its turn; once all pools know that it is dead, they do again.
    const known = address === '192.0.2.1' ? 0 : 60_000;
    const mine = starts.filter((start) => start.address === address && start.at >= known);
    mine.slice(1).forEach((start, i) => {
      t.ok(
        (mine[i]?.end ?? Number.POSITIVE_INFINITY) <= start.at,
        `${address}: one ends before the next starts`,
      );
    });
  }
  const counts = new Map<string, number>();
  for (const { key } of starts) counts.set(key, (counts.get(key) ?? 0) + 1);
  t.equal(counts.size, 12, 'all have their turn');
  const ofFirst = [...counts].filter(([key]) => key.includes('192.0.2.1')).map(([, count]) => count);
  t.ok(Math.max(...ofFirst) - Math.min(...ofFirst) <= 1, 'and nobody more of them');
  monitor.close();
});

t.test('samples of speed are taken one by one', async (t) => {
  const { clock, monitor, starts, mirrors } = scene({ random: seededRandom(13) });
  const speed = { minRate: 1000, sample: 1000 };
  const targets = Array.from({ length: 20 }, (_, i) =>
    targetOf(`192.0.2.${i + 1}`, { probe: httpProbe({ speed, interval: 60_000 }) }),
  );
  for (let i = 1; i <= 20; i++) mirrors.set(`192.0.2.${i}`, { ms: 500, outcome: 'good' });
  monitor.setTargets(targets);
  await clock.advance(9000);
  // Those who wait when they are gone wait no more, and hold up nobody.
  monitor.setTargets(targets.slice(0, 10));
  await clock.advance(200_000);
  starts.slice(1).forEach((start, i) => {
    t.ok((starts[i]?.end ?? Number.POSITIVE_INFINITY) <= start.at, 'one ends before the next starts');
  });
  const asked = new Set(starts.filter(({ at }) => at > 20_000).map(({ address }) => address));
  t.equal(asked.size, 10);
  monitor.close();
});

t.test('a thousand mirrors that swallow everything hold no more than 512 sockets', async (t) => {
  const { clock, starts, mirrors, monitor } = scene({ random: () => 0 });
  const addresses = Array.from({ length: 1000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  for (const address of addresses) mirrors.set(address, 'hangs');
  monitor.setTargets(addresses.map((address) => targetOf(address)));
  await clock.advance(1);
  t.equal(starts.length, 512);
  await clock.advance(4999);
  t.equal(starts.filter(({ end }) => end === undefined).length, 512);
  t.equal(new Set(starts.map(({ address }) => address)).size, 1000, 'who waited goes before who asks again');
  monitor.close();
});

t.test('a sample that waits for its address gives both turns up', async (t) => {
  const { enter } = createProbeQueue();
  const begun: string[] = [];
  const ask = (what: string, address: string, probe = httpProbe()) => {
    let end = (): void => void t.fail(`${what} has not begun`);
    const giveUp = enter(checkOf(address, probe), false, (ends) => {
      begun.push(what);
      end = ends;
    });
    return { giveUp, end: () => end() };
  };
  const sample = httpProbe({ speed: { minRate: 1, sample: 1 } });
  const plain = ask('plain', '192.0.2.1');
  const waiting = ask('waiting', '192.0.2.1', sample);
  const next = ask('next', '192.0.2.2', sample);
  t.same(begun, ['plain'], 'one sample at a time, and it waits for its address');
  waiting.giveUp();
  t.same(begun, ['plain', 'next']);
  next.giveUp();
  ask('last', '192.0.2.3', sample);
  t.same(begun, ['plain', 'next'], 'one that has begun can not be given up');
  next.end();
  plain.end();
  t.same(begun, ['plain', 'next', 'last']);
});
