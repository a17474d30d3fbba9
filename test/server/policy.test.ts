/** Policy over real sockets: one table of clients for all workers, with both kinds of UDP workers; TCP is exempt. */
import t, { type Test } from 'tap';
import type { Transport } from '../../src/server/service.js';
import { limits, optionOf, withCookies } from '../answer/policies.js';
import { option } from '../dns-message.js';
import { ANSWER, ASKED, askOverTcp, openOn, settles, TABLE, TRANSPORTS, udpClient } from './loopback.js';

const withCookie = (hex: string) =>
  ({ ...ASKED, edns: { options: [option(10, Uint8Array.from(Buffer.from(hex, 'hex')))] } }) as const;

for (const transport of TRANSPORTS) {
  t.test(`${transport} UDP`, async (t) => {
    await t.test('a client has one allowance, whichever worker answers', (t) => sharesOneTable(t, transport));
  });
}

async function sharesOneTable(t: Test, transport: Transport): Promise<void> {
  const policy = withCookies({ rateLimit: limits({ rate: 1, burst: 20 }) });
  const { service, port } = await openOn(t, transport, TABLE, ['127.0.0.1'], { policy });
  // From as many ports, so that each of the workers gets some.
  const clients = await Promise.all(Array.from({ length: 16 }, () => udpClient(t, port)));
  let answered = 0;
  for (let i = 0; i < 20; i++) {
    const reply = await clients[i % clients.length]?.ask(ASKED);
    if (reply?.answers.length === 1) answered++;
  }
  t.equal(answered, 20);
  const limited = await Promise.all(clients.map((client) => client.ask(ASKED)));
  const short = limited.filter(({ tc, answers }) => tc && answers.length === 0).length;
  t.ok(short >= 14, `${short} of 16 are one too many; a second brings one more`);

  const [overTcp] = await askOverTcp(port, [ASKED]);
  t.same(overTcp?.answers, ANSWER);
  const [client] = clients;
  const refused = await client?.ask(withCookie('0123456789abcdef'));
  // A second may have passed, and then it is answered: the cookie comes either way.
  t.ok(refused?.rcode === 23 || refused?.answers.length === 1);
  const good = (refused && optionOf(refused, 10)) ?? '';
  for (const own of clients)
    t.same((await own.ask(withCookie(good))).answers, ANSWER, 'a good cookie is exempt');
  await settles(t, () => service.sums().cookies.valid, 16, 'good cookies');
  const { truncated, badCookie, dropped, networks } = service.sums().limited;
  t.same([truncated, dropped], [short, 0]);
  t.equal(networks[0], truncated + badCookie);
  const [asked] = await askOverTcp(port, [{ ...ASKED, edns: { options: [option(11, new Uint8Array())] } }]);
  t.equal(asked && optionOf(asked, 11), '0172', 'TCP says how long it may be idle: 37 s');
}
