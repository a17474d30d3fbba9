/** A start waits for names of mirrors that nobody knew, for as long as it may and no longer. */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openFirstWorld } from '../../src/daemon/first-world.js';
import { followHostnames } from '../../src/daemon/hostnames.js';
import { parseAddress } from '../../src/ip/address.js';
import type { Resolution } from '../../src/probe/resolve.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { worldOf } from './live-world.js';

const ADDRESSED = `
zone: dl.example.org
ns: [ns.example.net]
special_addresses: [192.0.2.0/24]
pools: { "@": {} }
mirrors: { a: { addresses: [192.0.2.1] } }
`;
const NAMED = ADDRESSED.replace('addresses: [192.0.2.1]', 'hostname: mirror.example.net');
const KNOWN = ['192.0.2.7'].flatMap((text) => parseAddress(text) ?? []);

/** Opens the first world of a zone; name servers answer with `answer`. */
function scene(t: Test, text: string, answer: Promise<Resolution>, stored = new Map([['', KNOWN]])) {
  const directory = t.testdir({ zones: { 'a.yaml': text }, state: {} });
  const clock = createFakeClock();
  const log = createRecordingLog();
  let asked = 0;
  const hostnames = followHostnames({
    clock,
    log,
    interval: 60_000,
    files: createStateFiles({ directory: join(directory, 'state'), clock, log }),
    stored,
    onChange: () => undefined,
    resolve(_name, family) {
      asked++;
      return family === 'ipv4' ? answer : Promise.resolve({ addresses: [] });
    },
  });
  t.teardown(() => hostnames.close());
  const first = worldOf(text);
  const opening = openFirstWorld(
    () => ({ zones: join(directory, 'zones'), geo: { directory, mapMemory: 0 }, hosts: hostnames.known() }),
    hostnames,
    clock,
    { build: async () => first, stop: async () => undefined },
  );
  return { clock, first, opening, asked: () => asked };
}

const addressesIn = async (opening: ReturnType<typeof scene>['opening']): Promise<string[] | undefined> =>
  (await opening).world.zones[0]?.zone.mirrors[0]?.addresses.map(({ text }) => text);
const silence = new Promise<never>(() => undefined);

t.test('where no mirror has a name nobody is asked', async (t) => {
  const { first, opening, asked } = scene(t, ADDRESSED, silence);
  t.equal(await opening, first);
  t.equal(asked(), 0);
});

t.test('last known addresses serve at once', async (t) => {
  const { first, opening } = scene(t, NAMED, silence, new Map([['mirror.example.net', KNOWN]]));
  t.equal(await opening, first);
});

t.test('a name that nobody knew is waited for', async (t) => {
  const { opening } = scene(t, NAMED, Promise.resolve({ addresses: KNOWN }));
  t.same(await addressesIn(opening), ['192.0.2.7']);
});

t.test('but not for ever', async (t) => {
  const { clock, opening } = scene(t, NAMED, silence);
  await clock.advance(5000);
  t.same(await addressesIn(opening), [], 'it is served without that mirror');
});
