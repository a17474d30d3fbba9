/**
 * Real mirrors that die and come back, and how soon the answers follow. The bounds are computed from the probe's settings,
 * plus only what a busy machine may need to run three processes.
 */
import t, { type Test } from 'tap';
import { hasIPv6 } from '../../src/server/endpoint.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { type LiveMirror, type Mood, startMirror } from './mirrors.js';
import { until } from './program.js';
import { type Server, startServer } from './server.js';

const NAME = 'dl.example.org';
const INTERVAL = 300;
const FAST_INTERVAL = 100;
const TIMEOUT = 200;
const FALL = 3;
const RISE = 2;
/** Milliseconds for the scheduling of a machine that does other things besides. */
const SLACK = 1000;
/** A machine may be busier than that, but not so again and again: what is to be soon may be so in any of these. */
const ROUNDS = 5;
/** A mirror that dies just after a good probe: all the waiting there can be, every probe taking its whole timeout. */
const OUT_WITHIN = INTERVAL + (FALL - 1) * (FAST_INTERVAL + TIMEOUT) + TIMEOUT;
/** A probe that is under way may fail yet. */
const BACK_WITHIN = TIMEOUT + INTERVAL + (RISE - 1) * (FAST_INTERVAL + TIMEOUT) + TIMEOUT;

const WAYS: readonly Mood[] = ['refuse', 'close', 'hang'];

/** `patient` has deadlines that a busy machine does not miss. */
function zoneOf(mirrors: readonly LiveMirror[], patient?: LiveMirror): string {
  const lines = mirrors.map((mirror, i) => {
    const timing = mirror === patient ? ', interval: 2s, timeout: 2s' : '';
    return `  m${i}: { addresses: [${mirror.address}], probe: { port: ${mirror.port}${timing} } }`;
  });
  return `zone: ${NAME}
ns: [ns1.example.net]
pools:
  "@":
    answers: 8
    probe:
      type: http
      path: /trace
      interval: ${INTERVAL}ms
      fast_interval: ${FAST_INTERVAL}ms
      timeout: ${TIMEOUT}ms
      fall: ${FALL}
      rise: ${RISE}
mirrors:
${lines.join('\n')}
`;
}

async function startAll(t: Test, count: number): Promise<LiveMirror[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => startMirror(t, `127.0.0.${11 + i}`)));
}

async function allUp(server: Server): Promise<void> {
  await until(async () => {
    const { zones } = await server.status();
    const states = zones.flatMap(({ pools }) =>
      pools.flatMap(({ mirrors }) => mirrors.map(({ state }) => state)),
    );
    return states.every((state) => state === 'up') ? true : undefined;
  }, 'a first good probe of every mirror');
}

/** Milliseconds from now until answers have the address, or have it no more. */
async function timeUntil(client: DnsClient, address: string, answered: boolean): Promise<number> {
  const from = performance.now();
  return until(
    async () => {
      const addresses = await client.addresses({ name: NAME });
      return addresses.includes(address) === answered ? performance.now() - from : undefined;
    },
    `answers ${answered ? 'with' : 'without'} ${address}`,
  );
}

t.test('a mirror that dies is out in time, and back after rise', async (t) => {
  const mirrors = await startAll(t, 4);
  const [mirror] = mirrors.slice(3);
  if (mirror === undefined) return;
  const server = await startServer(t, { zones: { 'z.yaml': zoneOf(mirrors, mirror) } });
  const client = await udpClient(t, server);
  await allUp(server);
  t.same((await client.addresses({ name: NAME })).length, 4);

  const dying = WAYS.map((way, i) => ({ way, mirror: mirrors[i], out: Infinity, back: Infinity }));
  const late = (): boolean =>
    dying.some(({ out, back }) => out >= OUT_WITHIN + SLACK || back >= BACK_WITHIN + SLACK);
  for (let round = 0; round < ROUNDS && late(); round++) {
    await Promise.all(
      dying.map(async (one) => {
        await one.mirror?.become(one.way);
        one.out = Math.min(one.out, await timeUntil(client, one.mirror?.address ?? '', false));
      }),
    );
    const { zones } = await server.status();
    t.match(zones[0]?.pools[0], {
      panic: { ipv4: false, ipv6: false },
      mirrors: [
        {
          name: 'm0',
          state: 'down',
          cause: '503 Service Unavailable, expected 200',
          last_probe: { ok: false },
        },
        { name: 'm1', state: 'down', cause: 'connection refused' },
        { name: 'm2', state: 'down', cause: 'no answer within 200ms (waiting for the answer)' },
        { name: 'm3', state: 'up', last_probe: { ok: true } },
      ],
    });
    await Promise.all(
      dying.map(async (one) => {
        await one.mirror?.become('well');
        one.back = Math.min(one.back, await timeUntil(client, one.mirror?.address ?? '', true));
      }),
    );
  }
  for (const { way, out, back } of dying) {
    t.ok(
      out < OUT_WITHIN + SLACK,
      `${way}: out after ${out.toFixed()} ms, at most ${OUT_WITHIN} (+${SLACK})`,
    );
    t.ok(
      back < BACK_WITHIN + SLACK,
      `${way}: back after ${back.toFixed()} ms, at most ${BACK_WITHIN} (+${SLACK})`,
    );
  }

  await t.test('and within a moment of the verdict', async (t) => {
    let soonest = Infinity;
    for (let round = 0; round < ROUNDS && soonest >= SLACK; round++) {
      const before = server.log.lines.length;
      await mirror.become('refuse');
      await timeUntil(client, mirror.address, false);
      const answered = Date.now();
      const line = await server.log.waitFor(
        'verdict-changed',
        (one) => one.address === mirror.address && one.to === 'down',
        before,
      );
      t.match(line, { level: 'warn', mirror: 'm3', from: 'up', cause: /^503/ });
      soonest = Math.min(soonest, answered - Date.parse(line.time));
      await mirror.become('well');
      await timeUntil(client, mirror.address, true);
    }
    t.ok(soonest < SLACK, `${soonest} ms from the verdict to the first answer without it`);
  });
});

t.test('all at once: the probes are doubted and answers go on', async (t) => {
  const mirrors = await startAll(t, 3);
  const addresses = mirrors.map(({ address }) => address).sort();
  const server = await startServer(t, { zones: { 'z.yaml': zoneOf(mirrors) } });
  const client = await udpClient(t, server);
  await allUp(server);
  const from = server.log.lines.length;
  let asked = 0;
  let asking = true;
  const everyAnswer = (async () => {
    while (asking) {
      if ((await client.addresses({ name: NAME })).length === 0) return 'an empty answer';
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return 'full';
  })();
  await Promise.all(mirrors.map((mirror, i) => mirror.become(WAYS[i] ?? 'refuse')));
  await Promise.all(
    mirrors.map(({ address }) =>
      server.log.waitFor('verdict-changed', (line) => line.address === address && line.to === 'down', from),
    ),
  );
  t.match(await server.log.waitFor('panic'), { level: 'error', pool: NAME, family: 'ipv4' });
  const status = await server.status();
  t.match(status.zones[0]?.pools[0], {
    panic: { ipv4: true, ipv6: false },
    mirrors: [{ state: 'down' }, { state: 'down' }, { state: 'down' }],
  });
  await until(
    async () => ((await client.addresses({ name: NAME })).length === 3 ? true : undefined),
    'answers with all mirrors',
  );
  t.same([...(await client.addresses({ name: NAME }))].sort(), addresses);
  t.match((await server.run('status')).stdout, /^PANIC: dl\.example\.org \(ipv4\)/m);
  t.match((await server.run('explain', NAME, '--from', '5.249.168.1')).stdout, /^PANIC: /m);

  const disabled = await server.run('disable', 'm0', '--reason', 'on fire');
  t.equal(disabled.code, 0, disabled.stderr);
  t.same(
    [...(await client.addresses({ name: NAME }))].sort(),
    addresses.slice(1),
    'an override holds in panic',
  );

  for (const mirror of mirrors) await mirror.become('well');
  t.match(await server.log.waitFor('panic-over'), { pool: NAME, family: 'ipv4' });
  asking = false;
  t.equal(await everyAnswer, 'full', `${asked} answers meanwhile, none of them empty`);
});

t.test(
  'each address of a mirror is judged by itself',
  { skip: hasIPv6() ? false : 'no IPv6 here' },
  async (t) => {
    const mirror = await startMirror(t, '127.0.0.21');
    const other = await startMirror(t, '127.0.0.22');
    // Nobody listens on its IPv6 address.
    const zone = zoneOf([mirror, other]).replace(`[${mirror.address}]`, `[${mirror.address}, "::1"]`);
    const server = await startServer(t, { zones: { 'z.yaml': zone } });
    const client = await udpClient(t, server);
    await server.log.waitFor('panic', ({ family }) => family === 'ipv6');
    const { zones } = await server.status();
    t.match(zones[0]?.pools[0], {
      panic: { ipv4: false, ipv6: true },
      mirrors: [{ family: 'ipv4' }, { family: 'ipv6', state: 'down', cause: 'connection refused' }, {}],
    });
    t.equal((await client.addresses({ name: NAME })).length, 2, 'its IPv4 address is answered');
    t.same(await client.addresses({ name: NAME, type: 'AAAA' }), ['::1'], 'the only one of its family');
  },
);

t.test('a mirror that is found dead while the server is still starting', async (t) => {
  const [first, second] = await startAll(t, 2);
  if (first === undefined || second === undefined) return;
  await second.become('close');
  const zone = zoneOf([first, second])
    .replace(`interval: ${INTERVAL}ms`, 'interval: 100ms')
    .replace(`fast_interval: ${FAST_INTERVAL}ms`, 'fast_interval: 20ms')
    .replace(`timeout: ${TIMEOUT}ms`, 'timeout: 100ms');
  const server = await startServer(t, { zones: { 'z.yaml': zone } });
  await server.log.waitFor(
    'verdict-changed',
    ({ address, to }) => address === second.address && to === 'down',
  );
  await timeUntil(await udpClient(t, server), second.address, false);
  t.pass('is not answered');
});

t.test('an address that is new at a reload waits for its first success', async (t) => {
  const [first, second] = await startAll(t, 2);
  if (first === undefined || second === undefined) return;
  await second.become('refuse');
  const server = await startServer(t, { zones: { 'z.yaml': zoneOf([first]) } });
  const client = await udpClient(t, server);
  await server.write('zones/z.yaml', zoneOf([first, second]));
  t.equal((await server.run('reload')).code, 0);
  t.same(await client.addresses({ name: NAME }), [first.address]);
  const { body } = await server.request(
    'POST',
    '/explain',
    JSON.stringify({ name: NAME, from: '5.249.168.1', type: 'A' }),
  );
  t.match(JSON.parse(body).excluded, [{ mirror: 'm1', reason: /^(new|down): / }]);
  await second.become('well');
  await timeUntil(client, second.address, true);
  t.pass('then it is answered');
});
