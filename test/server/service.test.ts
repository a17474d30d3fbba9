/** Answers over real sockets, how they are counted, and tables that change meanwhile. */
import t, { type Test } from 'tap';
import type { Service, Transport } from '../../src/server/service.js';
import type { Sums } from '../../src/server/sums.js';
import { makeTable } from '../compile/make-table.js';
import { addressesOf, octets, query, subnet, withWord } from '../dns-message.js';
import { until } from '../e2e/program.js';
import { askOverTcp, connection, framed, openOn, settles, TRANSPORTS, udpClient } from './loopback.js';

const NONE_ENDED = { idle: 0, slow: 0, unread: 0, crowded: 0, 'network-crowded': 0 };

const NAME = 'dl.example.org';

/** A zone with one pool of two mirrors at these addresses. */
function zone(first: string, second: string): string {
  const text = 'x'.repeat(250);
  return `
zone: ${NAME}
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0, probe: { type: none } } }
mirrors:
  first: { addresses: [${first}, "2001:db8::1"], location: { country: DE, latitude: 52, longitude: 13 } }
  second: { addresses: [${second}], location: { country: US, latitude: 41, longitude: -87 } }
records: { long: { TXT: [${text}1, ${text}2, ${text}3] } }
`;
}

const LOCATIONS = {
  '5.0.0.0/8': { country_code: 'DE', latitude: 52, longitude: 13 },
  '12.0.0.0/8': { country_code: 'US', latitude: 41, longitude: -87 },
};
const made = makeTable([zone('192.0.2.1', '192.0.2.2')], { locations: LOCATIONS });
const other = makeTable([zone('198.51.100.1', '198.51.100.2')], { locations: LOCATIONS });

const GERMAN = { edns: { options: [subnet('5.1.2.0/24')] } };
const AMERICAN = { edns: { options: [subnet('12.1.2.0/24')] } };

/** What is counted but for the pools and rows, and how often each pool was answered. */
function counted(service: Service): unknown {
  const { rcodes, pools, rows: _, ...rest }: Sums = service.sums();
  return {
    ...rest,
    rcodes: Object.fromEntries([...rcodes.entries()].filter(([, answers]) => answers > 0)),
    pools: pools.map(({ name, answers }) => [name.family, answers]),
  };
}

/** Asks until the answer comes from the other table: workers with an event loop hear of it in their turn. */
async function untilServed(ask: () => Promise<string[]>, address: string): Promise<void> {
  await until(async () => ((await ask()).includes(address) ? true : undefined), `${address} in an answer`);
}

for (const transport of TRANSPORTS) {
  t.test(`${transport} UDP, and TCP`, async (t) => {
    await t.test('every query is counted once', (t) => countsAll(t, transport));
    await t.test('a table that is published is answered from', (t) => publishes(t, transport));
    await t.test('pools that are dealt anew are answered from', (t) => followsState(t, transport));
  });
}

async function countsAll(t: Test, transport: Transport): Promise<void> {
  const { service, ports, log } = await openOn(t, transport, made.table, ['127.0.0.1', '::1']);
  t.equal(service.transport, transport);
  // What it says of the send buffer depends on the kernel, and on who runs the test.
  t.same(
    log.events().filter((event) => event !== 'send-buffer-small'),
    transport === 'portable' ? ['portable-transport'] : [],
  );
  const [port4 = 0, port6 = 0] = ports;
  // Of several ports, so that the kernel gives every worker some.
  const clients = await Promise.all(Array.from({ length: 8 }, () => udpClient(t, port4)));
  const [client] = clients;
  const six = await udpClient(t, port6, '::1');
  if (client === undefined) throw new Error('there are eight');

  for (const one of clients) {
    for (let i = 0; i < 5; i++) t.same(addressesOf(await one.ask({ name: NAME, ...GERMAN })), ['192.0.2.1']);
    t.same(addressesOf(await one.ask({ name: NAME, ...AMERICAN })), ['192.0.2.2']);
    t.equal((await one.ask({ name: `no.${NAME}` })).rcode, 3);
    t.equal((await one.ask({ name: 'example.com' })).rcode, 5);
    t.equal((await one.ask({ name: NAME, edns: { version: 1 } })).rcode, 16);
    t.equal((await one.ask({ name: NAME, flags: 4 << 11 })).rcode, 4);
    t.equal((await one.ask({ name: `long.${NAME}`, type: 'TXT' })).tc, true);
  }
  t.same(addressesOf(await six.ask({ name: NAME, type: 'AAAA', ...GERMAN })), ['2001:db8::1']);
  const padded = octets(query({ name: NAME }), new Uint8Array(2000));
  t.equal((await client.exchange(padded.subarray(0, 1232))).rcode, 1, 'as large as a query may be');
  client.send(padded.subarray(0, 1233));
  six.send(padded);
  six.send(new Uint8Array(0));
  client.send(query({ name: NAME }).subarray(0, 11));
  client.send(withWord(query({ name: NAME }), 2, 0x8180));

  const [first, second, long] = await askOverTcp(port4, [
    { name: NAME, ...GERMAN },
    { name: `no.${NAME}` },
    { name: `long.${NAME}`, type: 'TXT' },
  ]);
  t.same([first?.rcode, second?.rcode, long?.tc, long?.answers.length], [0, 3, false, 3]);
  await askOverTcp(port6, [{ name: NAME }], '::1');

  const expected = {
    queries: {
      udp: { ipv4: 8 * 11 + 1 + 2, ipv6: 1 + 1 },
      tcp: { ipv4: 3, ipv6: 1 },
      tls: { ipv4: 0, ipv6: 0 },
    },
    withSubnet: 8 * 6 + 1 + 1,
    truncated: 8,
    silent: 3,
    dropped: 2,
    sendErrors: 0,
    cookies: { clientOnly: 0, invalid: 0, valid: 0 },
    limited: { truncated: 0, badCookie: 0, dropped: 0, tried: 0, networks: [0, 0, 0, 0, 0, 0, 0, 0, 0] },
    tcp: { open: 0, opened: 2, ended: NONE_ENDED },
    tls: {
      open: 0,
      opened: 0,
      ended: NONE_ENDED,
      handshakes: { full: 0, resumed: 0, failed: 0, refused: 0 },
    },
    rcodes: { 0: 8 * 7 + 1 + 2 + 1, 1: 1, 3: 8 + 1, 4: 8, 5: 8, 16: 8 },
    signedSets: { signed: 0, known: 0, stoodIn: 0 },
    pools: [
      ['ipv4', 8 * 6 + 2],
      ['ipv6', 1],
    ],
  };
  await settles(t, () => counted(service), expected, 'the counters');
  const [pool] = service.sums().pools;
  t.same(pool?.name, { zone: NAME, owner: NAME, family: 'ipv4' });
  // Germany, the United States, and nowhere, where ::1 is.
  t.same([...(pool?.catchments ?? [])].sort(), [1, 41, 8].sort());

  // A message without room for a header, and a connection that breaks off.
  const stray = await connection(port4);
  stray.on('error', () => undefined);
  stray.write(framed(new Uint8Array(11)));
  await new Promise((resolve) => stray.once('close', resolve).resume());
  await settles(t, () => service.sums().dropped, 3, 'a stream that makes no sense is dropped');
  const broken = await connection(port4);
  broken.write(framed(query({ name: NAME })));
  await new Promise((resolve) => broken.once('data', resolve));
  broken.resetAndDestroy();
  await settles(t, () => service.sums().sendErrors, 1, 'a connection that breaks is an error');
}

async function publishes(t: Test, transport: Transport): Promise<void> {
  const { service, port } = await openOn(t, transport, made.table);
  const clients = await Promise.all(Array.from({ length: 8 }, () => udpClient(t, port)));
  const askAll = async (): Promise<string[]> =>
    (await Promise.all(clients.map((client) => client.ask({ name: NAME, ...GERMAN })))).flatMap(addressesOf);
  const askTcp = async (): Promise<string[]> =>
    (await askOverTcp(port, [{ name: NAME, ...GERMAN }])).flatMap(addressesOf);
  const [before, after] = ['192.0.2.1', '198.51.100.1'];
  t.same(new Set([...(await askAll()), ...(await askTcp())]), new Set([before]));

  service.publish({ ...other.table, generation: 2 });
  t.equal(service.generation(), 2);
  t.equal(service.mapOf(0), other.table.pools[0]);
  if (transport === 'portable') await untilServed(askAll, after);
  t.same(new Set(await askAll()), new Set([after]), 'every worker has it');
  await untilServed(askTcp, after);
  t.same(await askTcp(), [after]);

  // What was counted before and after is one, whenever it was adopted.
  const { queries, pools } = service.sums();
  t.equal(pools[0]?.answers, queries.udp.ipv4 + queries.tcp.ipv4);
  t.ok((pools[0]?.catchments ?? []).reduce((sum, answers) => sum + answers, 0) < (pools[0]?.answers ?? 0));
}

async function followsState(t: Test, transport: Transport): Promise<void> {
  const mine = makeTable([zone('192.0.2.1', '192.0.2.2')], { locations: LOCATIONS });
  const { service, port } = await openOn(t, transport, mine.table);
  const client = await udpClient(t, port);
  const ask = async (): Promise<string[]> => addressesOf(await client.ask({ name: NAME, ...GERMAN }));
  const askTcp = async (): Promise<string[]> =>
    (await askOverTcp(port, [{ name: NAME, ...GERMAN }])).flatMap(addressesOf);
  t.same(await ask(), ['192.0.2.1']);
  t.same(await askTcp(), ['192.0.2.1']);
  for (const [state, expected] of [
    [['down', 'up'], '192.0.2.2'],
    [['up', 'up'], '192.0.2.1'],
    [['off', 'up'], '192.0.2.2'],
  ] as const) {
    mine.stand(mine.numberOf(NAME), { state });
    t.same(await ask(), [expected], 'nothing is published, and the very next answer goes by it');
    t.same(await askTcp(), [expected]);
  }
  t.equal(service.generation(), 1);

  const { queries, pools } = service.sums();
  const asked = queries.udp.ipv4 + queries.tcp.ipv4;
  t.equal(pools[0]?.answers, asked);
  t.ok(pools[0]?.catchments.includes(asked), 'all in the counters of one catchment');
}
