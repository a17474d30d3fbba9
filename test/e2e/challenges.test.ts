/**
 * `challenge`: TXT records that are in no zone file are served as soon as the verb returns, and after a restart too.
 */
import t from 'tap';
import { udpClient } from './dns-client.js';
import { startServer } from './server.js';
import { missing, runTool } from './tools.js';

const zones = {
  'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
records: { lab: { NS: ns1.example.net } }
`,
};
const NAME = '_acme-challenge.dl.example.org';
const UNTIL = /^_acme-challenge\.dl\.example\.org is served until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\n$/;

t.test('challenges', async (t) => {
  const config = 'geo: { city: city.mmdb }\nworkers: 3\n';
  const server = await startServer(t, { zones, config });
  const texts = async (port = server.port): Promise<string[]> => {
    const client = await udpClient(t, { port });
    const { answers = [] } = await client.ask({ name: NAME, type: 'TXT' });
    return answers.flatMap((answer) => (answer.type === 'TXT' ? [answer.data].flat().map(String) : []));
  };

  await t.test('added: every worker serves it at once', async (t) => {
    t.same(await texts(), []);
    const { generation } = await server.status();
    t.match(await server.run('challenge', 'add', `${NAME}.`, 'one', '--by', 'alice'), {
      code: 0,
      stdout: UNTIL,
      stderr: '',
    });
    t.match(await server.run('challenge', 'add', NAME, 'two', '--until', '2h'), { code: 0, stdout: UNTIL });
    for (let i = 0; i < 12; i++) t.same(await texts(), ['one', 'two'], 'from another port each time');
    t.equal((await server.status()).generation, generation, 'and the world is the same');
    t.match(await server.log.waitFor('challenge-added'), { name: NAME, by: 'alice' });
  });

  await t.test('as tools see it', { skip: missing('dig') }, async (t) => {
    const at = ['-p', String(server.port), '@127.0.0.1'];
    for (const extra of ['+notcp', '+tcp']) {
      t.match(await runTool('dig', [...at, NAME, 'TXT', extra]), /flags: qr aa rd; QUERY: 1, ANSWER: 2,/);
      t.match(await runTool('dig', [...at, NAME, 'A', extra]), /NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1/);
    }
    t.match(
      await runTool('dig', [...at, NAME, 'TXT']),
      new RegExp(`^${NAME}\\.\\s+1\\s+IN\\s+TXT\\s+"one"$`, 'm'),
    );
  });

  await t.test('listed', async (t) => {
    t.match(
      (await server.run('challenge', 'list')).stdout,
      /^\S+ until \S+Z \(by alice\): one\n\S+ until .*: two\n$/,
    );
    t.match(JSON.parse((await server.run('challenge', 'list', '--json')).stdout), [
      { name: NAME, token: 'one', by: 'alice' },
      { name: NAME, token: 'two' },
    ]);
    t.match((await server.status()).challenges, [{ token: 'one' }, { token: 'two' }]);
    t.match((await server.run('status')).stdout, /^challenge at \S+ until \S+Z \(by alice\)$/m);
  });

  await t.test('refused, with the reason', async (t) => {
    for (const [args, code, stderr] of [
      [
        ['add', 'x.example.com', 'one'],
        1,
        /^geopool: no challenge can be served at x\.example\.com: it is in no zone/,
      ],
      [['add', 'x.lab.dl.example.org', 'one'], 1, /: lab\.dl\.example\.org is delegated: give it to/],
      [['add', NAME, 'a b'], 1, /^geopool: a token has 1 to 255 characters of ASCII/],
      [['add', NAME, 'one', '--until', '8d'], 1, /^geopool: a challenge lasts 7 days at most/],
      [['add', NAME, 'one', '--until', 'soon'], 2, /^geopool: --until soon: expected a time/],
      [['add', NAME], 2, /missing required argument 'token'/],
    ] as const) {
      t.match(await server.run('challenge', ...args), { code, stdout: '', stderr }, args.join(' '));
    }
    const sent = JSON.stringify({ name: NAME, token: 'x', lasts: 'long' });
    t.match(await server.request('POST', '/challenge/add', sent), { status: 422, body: /lasts: / });
    t.same(await texts(), ['one', 'two']);
  });

  await t.test('reloaded, restarted and removed', async (t) => {
    t.equal((await server.run('reload')).code, 0);
    t.same(await texts(), ['one', 'two']);
    await server.stop();
    const again = await startServer(t, { home: server, config });
    t.same(await texts(again.port), ['one', 'two']);
    const remove = (...args: string[]) => again.run('challenge', 'remove', NAME, ...args);
    t.match(await remove('one'), { code: 0, stdout: `${NAME}: 1 challenge removed\n` });
    t.same(await texts(again.port), ['two']);
    t.match(await remove('one'), { code: 0, stdout: `${NAME}: there was none\n` });
    t.match(await remove(), { code: 0, stdout: `${NAME}: 1 challenge removed\n` });
    t.same(await texts(again.port), []);
    t.match((await again.run('challenge', 'list')).stdout, '');
  });
});
