/**
 * Answers to neighbours that do not exist wait for hardware addresses that are never resolved. In a subnet of its own, the
 * server gets queries from many forged neighbours and from one that exists.
 */
import t, { type Test } from 'tap';
import type { Family } from '../../src/platform/types.js';
import type { Transport } from '../../src/server/service.js';
import { type Cable, enter, ip, layCable } from '../cable.js';
import { query } from '../dns-message.js';
import { until } from '../e2e/program.js';
import { ANSWER, ASKED, TRANSPORTS, udpClient, ZONE } from './loopback.js';
import { openRaw, type RawSocket } from './raw-datagram.js';
import { openIn } from './remote-service.js';

const NETWORKS = {
  ipv4: { server: '10.77.0.1', neighbour: (n: number) => `10.77.0.${10 + n}`, table: 'arp_cache' },
  ipv6: { server: 'fd77::1', neighbour: (n: number) => `fd77::1:${10 + n}`, table: 'ndisc_cache' },
} as const;
/** So many of them: few enough that the kernel keeps count of them all. */
const NEIGHBOURS = 200;
/** So many answers are more than a socket takes by default, and less than the kernel gives whoever asks for more. */
const MANY = 400;
/** And so many are more than it gives anybody. */
const TOO_MANY = 40_000;

const cable = layCable(t, {
  inside: ['10.77.0.1/24', 'fd77::1/64'],
  outside: ['10.77.0.2/24', 'fd77::2/64'],
});
const raw = 'unavailable' in cable ? cable : ((await enter(cable.outside)) ?? (await openRaw()));

if ('unavailable' in cable) t.pass(`skipped: ${cable.unavailable}`, { skip: cable.unavailable });
else if ('unavailable' in raw) t.pass(`skipped: ${raw.unavailable}`, { skip: raw.unavailable });
else {
  t.teardown(() => raw.close());
  for (const transport of TRANSPORTS) {
    for (const family of ['ipv4', 'ipv6'] as const) {
      t.test(`forged questions from neighbours that do not exist: ${transport}, ${family}`, (t) =>
        forged(t, cable, raw, transport, family),
      );
    }
  }
}

async function forged(
  t: Test,
  { inside }: Cable,
  socket: RawSocket,
  transport: Transport,
  family: Family,
): Promise<void> {
  const { server, neighbour, table } = NETWORKS[family];
  // It never gives up asking for their hardware addresses, so that nothing here is a matter of time.
  ip('-n', inside, 'ntable', 'change', 'name', table, 'dev', 'cable', 'mcast_probes', '100000');
  const service = await openIn(t, inside, {
    listen: [{ host: server, port: 0 }],
    batched: transport === 'batched',
    zone: ZONE,
  });
  const port = service.endpoints[0]?.port ?? 0;
  const client = await udpClient(t, port, server);
  let forged = 0;
  const forge = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const from = neighbour(forged++ % NEIGHBOURS);
      socket.send({ from, fromPort: 5353, to: server, port }, query(ASKED));
    }
  };
  const heard = async (): Promise<number> => (await service.sums()).queries.udp[family];
  t.same((await client.ask(ASKED)).answers, ANSWER);

  forge(MANY);
  t.same((await client.ask(ASKED)).answers, ANSWER, 'it is answered beside them');
  t.equal(await heard(), MANY + 2);
  t.equal((await service.sums()).sendErrors, 0, 'and all of them are, as far as it is up to the server');

  let lost = 0;
  while (lost === 0 && forged < TOO_MANY) {
    const before = await heard();
    forge(MANY);
    await until(
      async () => ((await heard()) >= before + MANY ? true : undefined),
      'the questions to be heard',
    );
    lost = (await service.sums()).sendErrors;
  }
  t.ok(lost > 0, `what can’t be sent is dropped and counted: ${lost} of ${forged}`);

  ip('-n', inside, 'neigh', 'flush', 'dev', 'cable');
  await until(async () => {
    const { sendErrors } = await service.sums();
    const before = await heard();
    client.send(query(ASKED));
    await until(async () => ((await heard()) > before ? true : undefined), 'a question to be heard');
    return (await service.sums()).sendErrors === sendErrors ? true : undefined;
  }, 'room for an answer');
  t.same((await client.ask(ASKED)).answers, ANSWER, 'when they are gone, it goes on');

  forge(TOO_MANY);
  await service.stop();
  ip('-n', inside, 'neigh', 'flush', 'dev', 'cable');
}
