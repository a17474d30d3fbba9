/**
 * Five servers over three instances. Every subset of the instances fails in turn, in every way: no verdict is wrong, all
 * queries are answered, and all servers agree again when it is over. With FLEET_FAULTS=all each subset fails in each way,
 * and the test prints how long that took.
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { enter } from '../cable.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { layFleetNet } from './fleet-net.js';
import { mirrorOf, type Seat, startFleet, startInstances, ZONE } from './fleets.js';
import { until } from './program.js';
import { type Front, startFront } from './slow-front.js';

const KINDS = ['killed', 'empty', 'paused', 'slowed', 'cut'] as const;
type Kind = (typeof KINDS)[number];
/** Of each instance, how it fails; undefined: it does not. */
type Scene = readonly (Kind | undefined)[];

const SUBSETS = [1, 2, 4, 3, 5, 6, 7];
const isIn = (subset: number, i: number): boolean => (subset & (1 << i)) !== 0;
const WELL = undefined;
const SCENES: readonly Scene[] =
  process.env.FLEET_FAULTS === 'all'
    ? KINDS.flatMap((kind) => SUBSETS.map((subset) => [0, 1, 2].map((i) => (isIn(subset, i) ? kind : WELL))))
    : [
        ['killed', WELL, WELL],
        [WELL, 'paused', WELL],
        [WELL, WELL, 'cut'],
        ['slowed', 'empty', WELL],
        ['cut', WELL, 'paused'],
        [WELL, 'killed', 'slowed'],
        ['paused', 'cut', 'killed'],
      ];

/** In each scene another mirror falls: one that goes up and down would be held down for flapping. */
const FALLING = SCENES.map((_, turn) => ({ name: `m${turn}`, address: `127.0.1.${turn + 1}` }));
const NEVER_PROBED = Array.from({ length: SCENES.length }, (_, i) => `n${i}`);

/** What a server sees at its own port: mirrors that are well, but for those that refuse. */
interface Views {
  readonly port: number;
  readonly refusing: Set<string>;
}

async function startViews(t: Test): Promise<Views> {
  const refusing = new Set<string>();
  const server = createServer(({ socket }, response) => {
    response.writeHead(refusing.has(socket.localAddress ?? '') ? 503 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  t.teardown(() => server.close());
  const bound = server.address();
  return { port: typeof bound === 'object' && bound !== null ? bound.port : 0, refusing };
}

/** Two of five see boreas down, and three corvus. */
const zoneOf = (i: number, { port }: Views): string => {
  const once = 'interval: 1h, fast_interval: 1h, timeout: 1m';
  const mirrors = [
    ...FALLING.map(({ name, address }) => `${name}: { addresses: ["${address}"] }`),
    ...NEVER_PROBED.map((name, n) => `${name}: { addresses: ["127.0.2.${n + 1}"], probe: { type: none } }`),
    `boreas: { addresses: [127.0.0.12], probe: { expect: [${i < 2 ? 204 : 200}], ${once} } }`,
    `corvus: { addresses: [127.0.0.13], probe: { expect: [${i < 3 ? 204 : 200}], ${once} } }`,
  ];
  return `zone: ${ZONE}
ns: [ns1.example.net]
pools:
  "@":
    mirrors: [${[...FALLING.map(({ name }) => name), ...NEVER_PROBED].join(', ')}]
    probe: &probe { port: ${port}, interval: 2s, fast_interval: 2s, timeout: 2s, fall: 1, rise: 1 }
  still: { answers: 8, mirrors: [boreas, corvus, n0], probe: *probe }
mirrors:
${mirrors.map((line) => `  ${line}\n`).join('')}`;
};

/** Asks a server until it is told to end: boreas, which most see up, is to be in all answers, and corvus in none. */
function askOn(client: DnsClient, faults: string[]): () => Promise<number> {
  let asked = 0;
  let over = false;
  const asking = (async () => {
    for (; !over; asked++) {
      const addresses = await client.addresses({ name: `still.${ZONE}` });
      if (!addresses.includes('127.0.0.12')) faults.push(`without boreas: ${addresses.join(', ')}`);
      if (addresses.includes('127.0.0.13')) faults.push(`with corvus: ${addresses.join(', ')}`);
      await pause();
    }
  })();
  return async () => {
    over = true;
    await asking;
    return asked;
  };
}

/** Lets the servers do something else for a moment. */
const pause = (): Promise<undefined> => sleep(30, undefined);

/** Of each instance, whether a server can use it. */
async function reach({ server }: Seat): Promise<string> {
  const { fleet } = await server.status();
  return (fleet?.servers ?? []).map(({ fault }) => (fault === undefined ? '+' : '-')).join('');
}

async function allReach(seats: readonly Seat[], wanted: string): Promise<void> {
  for (const seat of seats)
    await until(async () => (await reach(seat)) === wanted || pause(), `${seat.name}: ${wanted}`);
}

async function comesTo(seat: Seat, mirror: string, state: string): Promise<void> {
  await until(
    async () => (await mirrorOf(seat, mirror)).state === state || pause(),
    `${seat.name}: ${mirror} is ${state}`,
  );
}

const net = layFleetNet(t, { sites: 1, instances: 3 });
const refused = 'unavailable' in net ? net : await enter(net.instances[0] ?? '');

t.test('every subset of instances fails in every way', async (t: Test) => {
  if (refused !== undefined) t.comment(`none is cut off: ${refused.unavailable}`);
  const kv = await startInstances(t, 3);
  const fronts: Front[] = [];
  for (const [i, { socket }] of kv.entries()) {
    if (!('unavailable' in net)) await enter(net.instances[i] ?? '');
    fronts.push(await startFront(t, 'unavailable' in net ? '127.0.0.1' : net.addressOf(0, i), socket));
  }
  if (!('unavailable' in net)) await enter(net.sites[0] ?? '');
  const urls = fronts.map(
    ({ port }, i) => `redis://${'unavailable' in net ? '127.0.0.1' : net.addressOf(0, i)}:${port}`,
  );
  const views = await Promise.all(Array.from({ length: 5 }, () => startViews(t)));
  const viewsOf = (i: number): Views => views[i] ?? { port: 0, refusing: new Set() };
  const seats = await startFleet(t, 5, (i) => ({ urls, zone: zoneOf(i, viewsOf(i)) }));
  for (const seat of seats) {
    await comesTo(seat, 'corvus', 'down');
    await comesTo(seat, 'boreas', 'up');
  }
  const faults: string[] = [];
  const ends = await Promise.all(seats.map(async ({ server }) => askOn(await udpClient(t, server), faults)));

  for (const [turn, scene] of SCENES.entries()) {
    const what = scene.map((kind) => kind ?? 'well').join(', ');
    if (scene.includes('cut') && refused !== undefined) continue;
    const fail: Record<Kind, (i: number) => unknown> = {
      killed: (i) => kv[i]?.kill(),
      empty: (i) => kv[i]?.kill().then(kv[i]?.start),
      paused: (i) => kv[i]?.signal('SIGSTOP'),
      slowed: (i) => fronts[i]?.setSlow(true),
      cut: (i) => 'unavailable' in net || net.cut(0, i),
    };
    const mend: Record<Kind, (i: number) => unknown> = {
      killed: (i) => kv[i]?.start(),
      empty: () => undefined,
      paused: (i) => kv[i]?.signal('SIGCONT'),
      slowed: (i) => fronts[i]?.setSlow(false),
      cut: (i) => 'unavailable' in net || net.mend(0, i),
    };
    await Promise.all(scene.map((kind, i) => kind && fail[kind](i)));
    const gone = scene.map((kind) => kind !== undefined && kind !== 'empty' && kind !== 'slowed');
    if (scene.every((kind) => kind !== 'slowed'))
      await allReach(seats, gone.map((isGone) => (isGone ? '-' : '+')).join(''));

    const { name, address } = FALLING[turn] ?? { name: '', address: '' };
    for (const { refusing } of views.slice(0, 3)) refusing.add(address);
    const isSevered = gone.every(Boolean);
    if (isSevered) {
      for (const [i, seat] of seats.slice(0, 3).entries()) {
        const own = async () => (await mirrorOf(seat, name)).fleet?.members[i]?.state === 'down' || undefined;
        await until(own, `${seat.name} sees ${name} down itself`);
      }
      for (const seat of seats)
        if ((await mirrorOf(seat, name)).state !== 'up') faults.push(`${seat.name} turned alone`);
    } else await Promise.all(seats.map((seat) => comesTo(seat, name, 'down')));

    const from = performance.now();
    await Promise.all(scene.map((kind, i) => kind && mend[kind](i)));
    await Promise.all(seats.map((seat) => comesTo(seat, name, 'down')));
    if (isSevered) t.comment(`${what}: all agree after ${Math.round(performance.now() - from)} ms`);
    await allReach(seats, '+++');
    t.same(faults.splice(0), [], what);
  }
  for (const end of ends) t.ok((await end()) > 0, 'all questions were answered');
  t.same(faults, []);
  for (const { name, server } of seats)
    for (const [i, url] of urls.entries()) {
      const said = server.log.lines.filter(
        (line) => line.event === 'fleet-instance-down' && line.server === url,
      );
      t.ok(
        said.length <= SCENES.filter((scene) => scene[i] !== WELL).length,
        `${name} says it once each time`,
      );
    }
});
