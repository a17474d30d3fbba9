import t, { type Test } from 'tap';
import { followHostnames } from '../../src/daemon/hostnames.js';
import { readHostnames } from '../../src/daemon/hostnames-file.js';
import { parseAddress } from '../../src/ip/address.js';
import { type Prefix, parsePrefix } from '../../src/ip/prefix.js';
import type { Resolution } from '../../src/probe/resolve.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const addresses = (...texts: string[]) => texts.flatMap((text) => parseAddress(text) ?? []);
const prefixes = (...texts: string[]): Prefix[] =>
  texts.flatMap((text) => {
    const prefix = parsePrefix(text);
    return 'fault' in prefix ? [] : prefix;
  });
/** Tests have no other addresses than those for documentation. */
const OURS = ['192.0.2.0/24', '2001:db8::/32'];
const following = (names: readonly string[], networks = OURS) =>
  new Map(names.map((name) => [name, new Set(prefixes(...networks))]));
const BROKEN: Resolution = { fault: "a.example can't be looked up (SERVFAIL)", missing: false };

function scene(t: Test, stored: Record<string, string[]> = {}) {
  const clock = createFakeClock();
  const begin = clock.monotonic();
  const log = createRecordingLog();
  const directory = t.testdir();
  const files = createStateFiles({ directory, clock, log });
  const answers = new Map<string, Resolution>();
  const asked: [number, string][] = [];
  let changes = 0;
  const hostnames = followHostnames({
    clock,
    log,
    interval: 60_000,
    files,
    stored: new Map(Object.entries(stored).map(([name, texts]) => [name, addresses(...texts)])),
    onChange: () => changes++,
    async resolve(name, family) {
      asked.push([clock.monotonic() - begin, `${name} ${family}`]);
      return answers.get(`${name} ${family}`) ?? { addresses: [] };
    },
  });
  const texts = (name: string) =>
    hostnames
      .known()
      .get(name)
      ?.map(({ text }) => text);
  return { clock, log, directory, files, answers, asked, hostnames, texts, changes: () => changes };
}

t.test('both families, asked again when the answer ends', async (t) => {
  const { clock, answers, asked, hostnames, texts, changes } = scene(t);
  answers.set('a.example ipv4', { addresses: addresses('192.0.2.2', '192.0.2.1'), ttl: 25 });
  answers.set('a.example ipv6', { addresses: addresses('2001:db8::1'), ttl: 3600 });
  answers.set('b.example ipv4', { addresses: addresses('192.0.2.9'), ttl: 1 });
  hostnames.follow(following(['a.example', 'b.example']));
  await hostnames.settled();
  t.same(texts('a.example'), ['192.0.2.1', '192.0.2.2', '2001:db8::1']);
  t.same(texts('b.example'), ['192.0.2.9']);
  t.equal(changes(), 2);
  await clock.advance(60_000);
  const times = (name: string) => asked.filter(([, what]) => what === `${name} ipv4`).map(([at]) => at);
  t.same(times('a.example'), [0, 25_000, 50_000]);
  t.same(
    times('b.example'),
    [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000],
    'not more often than each 10 s',
  );
  t.equal(changes(), 2, 'what stays the same is no change');
  answers.set('a.example ipv4', { addresses: addresses('192.0.2.3'), ttl: 25 });
  await clock.advance(30_000);
  t.same(texts('a.example'), ['192.0.2.3', '2001:db8::1']);
  t.equal(changes(), 3);
  await hostnames.close();
});

t.test('an answer that rotates is soon no change any more, whatever its order', async (t) => {
  const { clock, answers, hostnames, texts, changes } = scene(t);
  const all = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
  hostnames.follow(following(['a.example']));
  let turn = 0;
  const rotate = (size: number): void => {
    const some = Array.from({ length: size }, (_, i) => all[(turn + i) % all.length] ?? '');
    answers.set('a.example ipv4', { addresses: addresses(...some) });
    turn++;
  };
  rotate(4);
  await clock.advance(60_000);
  const whole = changes();
  for (let i = 0; i < 10; i++) {
    rotate(4);
    await clock.advance(60_000);
  }
  t.equal(changes(), whole, 'its order does not matter');
  for (let i = 0; i < 10; i++) {
    rotate(2);
    await clock.advance(60_000);
  }
  const settled = changes();
  t.ok(settled > whole);
  for (let i = 0; i < 120; i++) {
    rotate(2);
    await clock.advance(60_000);
  }
  t.equal(changes(), settled, 'nor does a part of it');
  t.same(texts('a.example'), all);
  await hostnames.close();
});

t.test('last known addresses stay while nobody can tell, in each family', async (t) => {
  const { clock, log, answers, hostnames, texts, changes } = scene(t);
  answers.set('a.example ipv4', { addresses: addresses('192.0.2.1') });
  answers.set('a.example ipv6', { addresses: addresses('2001:db8::1') });
  hostnames.follow(following(['a.example']));
  await hostnames.settled();
  answers.set('a.example ipv4', BROKEN);
  answers.set('a.example ipv6', { addresses: addresses('2001:db8::2') });
  await clock.advance(60_000);
  t.same(texts('a.example'), ['192.0.2.1', '2001:db8::2']);
  t.equal(changes(), 2);
  t.match(hostnames.states(), [{ hostname: 'a.example', error: /SERVFAIL/, resolvedAt: Number }]);
  answers.set('a.example ipv6', { fault: 'no such name: a.example', missing: true });
  await clock.advance(60_000);
  t.same(texts('a.example'), ['192.0.2.1', '2001:db8::2'], 'nor does a name that is gone take them away');
  answers.set('a.example ipv4', { addresses: [] });
  answers.set('a.example ipv6', { addresses: [] });
  await clock.advance(60_000);
  t.match(hostnames.states(), [{ error: 'a.example has no addresses' }]);
  t.same(texts('a.example'), ['192.0.2.1', '2001:db8::2']);
  answers.set('a.example ipv4', { addresses: addresses('192.0.2.1') });
  await clock.advance(60_000);
  t.same(texts('a.example'), ['192.0.2.1'], 'a family that is gone is gone');
  t.same(log.events(), [
    'hostname-changed',
    'hostname-unresolved',
    'hostname-changed',
    'hostname-resolved',
    'hostname-changed',
  ]);
  await hostnames.close();
});

t.test('special-purpose addresses are refused and said, until the zone allows them', async (t) => {
  const { clock, log, answers, hostnames, texts } = scene(t);
  answers.set('a.example ipv4', { addresses: addresses('192.0.2.1', '10.0.0.1') });
  answers.set('a.example ipv6', { addresses: addresses('::1') });
  hostnames.follow(following(['a.example']));
  await hostnames.settled();
  t.same(texts('a.example'), ['192.0.2.1']);
  t.match(hostnames.states(), [
    { error: undefined, warnings: [{ text: /does not allow: 10.0.0.1 \(private\), ::1 \(loopback\)$/ }] },
  ]);
  answers.set('a.example ipv4', { addresses: addresses('127.0.0.1') });
  await clock.advance(60_000);
  t.same(texts('a.example'), ['192.0.2.1'], 'what was known stays where nothing else is left');
  t.match(hostnames.states(), [{ error: 'a.example has no addresses but special-purpose ones' }]);
  hostnames.follow(following(['a.example'], ['127.0.0.0/8']));
  t.same(texts('a.example'), [], 'nor does what was allowed once');
  await hostnames.settled();
  t.same(texts('a.example'), ['127.0.0.1']);
  t.same(log.events(), [
    'hostname-refused',
    'hostname-changed',
    'hostname-unresolved',
    'hostname-refused',
    'hostname-changed',
  ]);
  await hostnames.close();
});

t.test('what another process kept is refused as well', async (t) => {
  const { answers, hostnames, texts } = scene(t, { 'a.example': ['192.0.2.1', '127.0.0.1'] });
  answers.set('a.example ipv4', BROKEN);
  answers.set('a.example ipv6', BROKEN);
  hostnames.follow(following(['a.example']));
  t.same(texts('a.example'), ['192.0.2.1']);
  await hostnames.close();
});

t.test('a name with ever more addresses keeps its first eight, which is said once', async (t) => {
  const { clock, log, answers, hostnames, texts, changes } = scene(t);
  const all = Array.from({ length: 20 }, (_, i) => `192.0.2.${i + 11}`);
  hostnames.follow(following(['a.example']));
  for (let turn = 0; turn < 40; turn++) {
    const some = Array.from({ length: 10 }, (_, i) => all[(turn * 5 + i) % all.length] ?? '');
    answers.set('a.example ipv4', { addresses: addresses(...some) });
    await clock.advance(60_000);
  }
  const [kept, before] = [texts('a.example'), changes()];
  t.equal(kept?.length, 8);
  answers.set('a.example ipv4', { addresses: addresses(...all) });
  await clock.advance(600_000);
  t.same(texts('a.example'), kept);
  t.equal(changes(), before, 'and comes to rest');
  t.match(hostnames.states(), [{ warnings: [{ text: /^a.example has 20 IPv4 addresses/ }] }]);
  t.equal(log.events().filter((event) => event === 'hostname-limited').length, 1);
  await hostnames.close();
});

t.test('they outlive the process, and are forgotten with their mirror', async (t) => {
  const { clock, log, files, answers, asked, hostnames, texts } = scene(t, { 'a.example': ['192.0.2.1'] });
  answers.set('a.example ipv4', BROKEN);
  answers.set('a.example ipv6', BROKEN);
  hostnames.follow(following(['a.example']));
  t.same(texts('a.example'), ['192.0.2.1'], 'known before anybody answers');
  await hostnames.settled();
  t.same(texts('a.example'), ['192.0.2.1']);
  answers.set('a.example ipv4', { addresses: addresses('192.0.2.7') });
  await clock.advance(60_000);
  await hostnames.close();
  log.lines.length = 0;
  const stored = await readHostnames(files);
  t.same(
    stored.get('a.example')?.map(({ text }) => text),
    ['192.0.2.7'],
  );
  const count = asked.length;
  await clock.advance(600_000);
  t.equal(asked.length, count, 'and nothing is asked after the end');
});

t.test('a name that nobody follows any more is not asked for', async (t) => {
  const { clock, asked, hostnames } = scene(t);
  hostnames.follow(following(['a.example']));
  hostnames.follow(following([]));
  await clock.advance(600_000);
  t.equal(asked.length, 2);
  t.same(hostnames.states(), []);
  await hostnames.close();
});
