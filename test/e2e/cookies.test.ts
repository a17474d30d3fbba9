/** DNS cookies of real servers: two that share a secret, its rollover by reload, and secret files that are wrong. */
import t from 'tap';
import { type Home, makeHome, startServer } from './server.js';
import { missing, runTool } from './tools.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
`;
const OLD = 'e5e973e5a6b2a43f48e7dc849e37bfcf';
const NEW = '445536bcd2513298075a5d379663c962';
const CONFIG = 'geo: { city: city.mmdb }\ncookies: { secret_file: secrets, required: true }\n';

async function homeWith(t: Parameters<typeof makeHome>[0], secrets: string): Promise<Home> {
  const home = await makeHome(t, { zones: { 'z.yaml': ZONE }, config: CONFIG });
  await home.write('secrets', secrets);
  return home;
}

/** Asks with a cookie: the rcode, and the cookie of the answer. */
async function ask(port: number, cookie: string): Promise<{ rcode: string; cookie: string }> {
  const args = ['+norec', '+tries=1', '+nobadcookie', `+cookie=${cookie}`, 'dl.example.org', 'A'];
  const printed = await runTool('dig', ['@127.0.0.1', '-p', String(port), ...args]);
  const [, rcode = ''] = /status: (\w+)/.exec(printed) ?? [];
  const [, answered = ''] = /^; COOKIE: ([0-9a-f]+)/m.exec(printed) ?? [];
  return { rcode, cookie: answered };
}

t.test(
  'servers that share a secret know each other’s cookies, through a rollover',
  { skip: missing('dig') },
  async (t) => {
    const [one, two] = await Promise.all([homeWith(t, OLD), homeWith(t, OLD)]);
    const first = await startServer(t, { home: one });
    const second = await startServer(t, { home: two });
    const refused = await ask(first.port, '0123456789abcdef');
    t.equal(refused.rcode, 'BADCOOKIE');
    t.match(refused.cookie, /^0123456789abcdef01000000/);
    t.same(await ask(second.port, refused.cookie), { rcode: 'NOERROR', cookie: refused.cookie });

    // RFC 9018 §5: known everywhere first, then used, then the old one is taken out.
    for (const [home, server] of [
      [one, first],
      [two, second],
    ] as const) {
      await home.write('secrets', `${OLD}\n${NEW}\n`);
      t.equal((await server.run('reload')).code, 0);
    }
    await one.write('secrets', `${NEW}\n${OLD}\n`);
    t.equal((await first.run('reload')).code, 0);
    const renewed = await ask(first.port, refused.cookie);
    t.equal(renewed.rcode, 'NOERROR');
    t.not(renewed.cookie, refused.cookie, 'made with the new secret');
    t.equal((await ask(second.port, renewed.cookie)).rcode, 'NOERROR', 'which the other one knows already');
    await one.write('secrets', `${NEW}\n`);
    t.equal((await first.run('reload')).code, 0);
    t.equal((await ask(first.port, refused.cookie)).rcode, 'BADCOOKIE');
    t.equal((await ask(first.port, renewed.cookie)).rcode, 'NOERROR');

    await one.write('secrets', 'nonsense\n');
    const reload = await first.run('reload');
    t.equal(reload.code, 1);
    t.match(reload.stdout + reload.stderr, /secrets:1:1: not a secret \(8 characters\)/);
    t.equal((await ask(first.port, renewed.cookie)).rcode, 'NOERROR', 'nothing has changed');
    t.match((await first.status()).reload_error, /secrets:1:1: not a secret/);
    const { cookies } = (await first.status()).counters;
    t.same([cookies.client_only, cookies.invalid, cookies.valid], [1, 1, 3]);
    t.notMatch(first.log.lines.map((line) => JSON.stringify(line)).join(), new RegExp(`${OLD}|${NEW}`));
  },
);

t.test('a file that is wrong at the start, or missing', async (t) => {
  const home = await homeWith(t, 'nonsense');
  for (const verb of ['serve', 'check']) {
    const { code, stdout, stderr } = await home.run(verb, '--config', 'geopool.yaml');
    t.equal(code, 1);
    t.match(stdout + stderr, /secrets:1:1: not a secret/, verb);
    t.notMatch(stdout + stderr, /nonsense/);
  }
});
