/** Answers larger than the MTU of the interface through which they leave. */
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { largestDatagram } from '../../src/server/mtu.js';
import type { Transport } from '../../src/server/service.js';
import { type Cable, enter, ip, layCable } from '../cable.js';
import type { Asked } from '../dns-message.js';
import { askOverTcp, TRANSPORTS, udpClient } from './loopback.js';
import { openIn } from './remote-service.js';

const SERVER = '10.77.0.1';
/** The least that IPv4 demands of a host (RFC 791 §3.1), and what that leaves to a message. */
const MTU = 576;
const ROOM = MTU - 28;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const zone = `zone: dl.example.org
ns: [ns1.dl.example.org]
pools: { "@": { probe: { type: none } } }
mirrors: { one: { addresses: [192.0.2.1] } }
records:
  ns1: { A: [${numbers(40).map((i) => `192.0.2.${i + 1}`)}] }
  long: { TXT: ["${'x'.repeat(250)}", "${'y'.repeat(250)}", "${'z'.repeat(250)}"] }
  short: { TXT: ["${'x'.repeat(250)}", "${'y'.repeat(200)}"] }
`;
const edns = { size: 1232 };
const LONG: Asked = { name: 'long.dl.example.org', type: 'TXT', edns };
const SHORT: Asked = { name: 'short.dl.example.org', type: 'TXT', edns };
const NS: Asked = { name: 'dl.example.org', type: 'NS', edns };

t.test('what the interface of an address takes', async (t) => {
  if (process.platform === 'linux')
    t.equal(largestDatagram('127.0.0.1'), Number(readFileSync('/sys/class/net/lo/mtu', 'utf8')) - 28);
  t.equal(largestDatagram('192.0.2.1'), undefined, 'none has it');
  t.equal(largestDatagram('::1'), undefined, 'IPv6 needs no limit');
});

const cable = layCable(t, { inside: [`${SERVER}/24`], outside: ['10.77.0.2/24'] });
const refused = 'unavailable' in cable ? cable : await enter(cable.outside);

if ('unavailable' in cable || refused !== undefined)
  t.pass(`skipped: ${refused?.unavailable}`, { skip: refused?.unavailable ?? true });
else {
  for (const transport of TRANSPORTS)
    for (const host of [SERVER, '0.0.0.0'])
      t.test(`${transport} on ${host}`, (t) => smallInterface(t, cable, transport, host));
}

async function smallInterface(t: Test, { inside }: Cable, transport: Transport, host: string): Promise<void> {
  ip('-n', inside, 'link', 'set', 'cable', 'mtu', `${MTU}`);
  const service = await openIn(t, inside, {
    listen: [{ host, port: 0 }],
    batched: transport === 'batched',
    zone,
  });
  const port = service.endpoints.find((endpoint) => [host, SERVER].includes(endpoint.host))?.port ?? 0;
  const client = await udpClient(t, port, SERVER);
  for (let round = 0; round < 20; round++) {
    // At once, so that they come to be in one batch.
    const [before, long, ns, behind] = await Promise.all(
      [SHORT, LONG, NS, SHORT].map((asked) => client.ask(asked)),
    );
    for (const reply of [before, behind]) t.match(reply, { tc: false, answers: { length: 2 }, edns: {} });
    t.match(
      long,
      { tc: true, rcode: 0, aa: true, answers: [], edns: {} },
      'TC rather than fragments or silence',
    );
    t.match(
      ns,
      { tc: false, answers: { length: 1 }, additionals: [], edns: {} },
      'what is a courtesy is left out',
    );
    t.ok((ns?.length ?? ROOM + 1) <= ROOM);
  }
  t.match(await service.sums(), { sendErrors: 0, truncated: 20 });
  const [whole] = await askOverTcp(port, [LONG], SERVER);
  t.match(whole, { tc: false, answers: { length: 3 } }, 'TC leads to all of it');

  ip('-n', inside, 'link', 'set', 'cable', 'mtu', '1500');
  if (transport === 'batched') {
    const [long, ns] = await Promise.all([client.ask(LONG), client.ask(NS)]);
    t.match(
      [long, ns],
      [{ tc: false, answers: { length: 3 } }, { additionals: { length: 40 } }],
      'where it fits',
    );
  }
  await service.stop();
}
