/**
 * Rate limiting by the real program: no client on loopback is limited unless the config says so. Also what `status` says of
 * it.
 */
import t from 'tap';
import { udpClient } from './dns-client.js';
import { until } from './program.js';
import { startServer } from './server.js';
import { missing, runTool } from './tools.js';

const ZONES = {
  'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
`,
};
const config = (rest: string): string => `geo: { city: city.mmdb }\nnsid: ns1\nchaos: { id: ns1 }\n${rest}`;
const ASKED = { name: 'dl.example.org' };

t.test('loopback is not limited by default', async (t) => {
  const server = await startServer(t, { zones: ZONES });
  const client = await udpClient(t, server);
  const replies = await Promise.all(Array.from({ length: 400 }, () => client.ask(ASKED)));
  t.equal(replies.filter(({ flag_tc }) => flag_tc).length, 0);
  const { rate_limited } = (await server.status()).counters;
  t.same(rate_limited, { truncated: 0, bad_cookie: 0, dropped: 0, dry_run: 0, networks: {} });
});

t.test('it is where nobody is exempt', { skip: missing('dig') }, async (t) => {
  const limits = 'rate_limit: { exempt: [], rate: 1, burst: 50 }\n';
  const server = await startServer(t, { zones: ZONES, config: config(limits) });
  const client = await udpClient(t, server);
  const replies = await Promise.all(Array.from({ length: 100 }, () => client.ask(ASKED)));
  const short = replies.filter(({ flag_tc }) => flag_tc);
  t.ok(short.length >= 35 && short.length <= 50, `${short.length} of 100`);
  for (const { answers } of short) t.same(answers, []);
  const { rate_limited } = (await server.status()).counters;
  t.same(rate_limited, { ...rate_limited, truncated: short.length, networks: { 'ipv4/32': short.length } });
  t.match((await server.run('status')).stdout, `limited: ${short.length}`);

  // dig goes on as a resolver would: with the cookie, or over TCP.
  const dig = (...args: string[]) =>
    runTool('dig', ['@127.0.0.1', '-p', String(server.port), '+tries=1', 'dl.example.org', 'A', ...args]);
  const withCookie = await dig();
  t.match(withCookie, /ANSWER: 1,/);
  t.match(withCookie, /\(UDP\)$/m);
  // Each second brings an answer, which a slow machine may give to dig.
  const overTcp = async (): Promise<true | undefined> => {
    await Promise.all(Array.from({ length: 20 }, () => client.ask(ASKED)));
    const without = await dig('+nocookie');
    t.match(without, /ANSWER: 1,/);
    return /\(TCP\)$/m.test(without) ? true : undefined;
  };
  t.ok(await until(overTcp, 'a client without cookies to be sent to TCP'));
  t.match(await dig('+nsid', '+tcp'), /NSID: 6e 73 31 \("ns1"\)$/m);
  t.match(
    await runTool('dig', [
      '@127.0.0.1',
      '-p',
      String(server.port),
      '+tcp',
      '+short',
      'id.server',
      'CH',
      'TXT',
    ]),
    '"ns1"',
  );
});

t.test('a dry run limits nobody', async (t) => {
  const limits = 'rate_limit: { exempt: [], rate: 1, burst: 50, dry_run: true }\n';
  const server = await startServer(t, { zones: ZONES, config: config(limits) });
  const client = await udpClient(t, server);
  const replies = await Promise.all(Array.from({ length: 100 }, () => client.ask(ASKED)));
  t.equal(replies.filter(({ flag_tc }) => flag_tc).length, 0);
  const { dry_run, truncated } = (await server.status()).counters.rate_limited;
  t.ok(dry_run >= 35 && dry_run <= 50);
  t.equal(truncated, 0);
  t.match((await server.run('status')).stdout, `would be limited: ${dry_run}`);
});
