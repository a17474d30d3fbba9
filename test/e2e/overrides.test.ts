/**
 * `disable` and `enable`: an operator's override stands above every verdict as soon as the verb returns.
 */
import t from 'tap';
import { udpClient } from './dns-client.js';
import { until } from './program.js';
import { startServer } from './server.js';

const zoneOf = (name: string, mirrors: string): string => `zone: ${name}
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { ${mirrors} }
`;
const zones = {
  'dl.yaml': zoneOf(
    'dl.example.org',
    'aurora: { addresses: [192.0.2.41] }, common: { addresses: [192.0.2.43] }',
  ),
  'eu.yaml': zoneOf(
    'eu.example.net',
    'common: { addresses: [192.0.2.53] }, lone: { addresses: [192.0.2.54] }',
  ),
};
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

t.test('overrides', async (t) => {
  const server = await startServer(t, { zones });
  const client = await udpClient(t, server);
  const inPool = async (name = 'eu.example.net'): Promise<readonly string[]> =>
    [...(await client.addresses({ name }))].sort();

  await t.test('disable and enable', async (t) => {
    t.match(await server.run('disable', 'lone', '--reason', 'disk full', '--by', 'alice'), {
      code: 0,
      stdout: 'eu.example.net/lone is out of all answers\n',
      stderr: '',
    });
    t.same(await inPool(), ['192.0.2.53'], 'the answer after the verb lacks it');
    const { zones } = await server.status();
    const lone = zones[1]?.pools[0]?.mirrors[1];
    t.match(lone, {
      enabled: false,
      state: 'up',
      override: { state: 'down', reason: 'disk full', by: 'alice', since: RFC_3339 },
    });
    t.equal(lone?.override?.until, undefined);
    t.match(
      (await server.run('status')).stdout,
      /lone +192\.0\.2\.54 +up, disabled .*disabled: disk full \(by alice\)$/m,
    );
    t.match(
      (await server.run('explain', 'eu.example.net', '--from', '5.249.168.1')).stdout,
      / lone 192\.0\.2\.54: disabled: disk full \(by alice\)$/m,
    );
    t.match(await server.log.waitFor('mirror-disabled'), { zone: 'eu.example.net', mirror: 'lone' });

    t.match(await server.run('enable', 'EU.example.net./lone'), {
      code: 0,
      stdout: 'eu.example.net/lone is enabled: 192.0.2.54 is up\n',
    });
    t.same(await inPool(), ['192.0.2.53', '192.0.2.54']);
    t.match(await server.run('enable', 'lone'), {
      code: 0,
      stdout: 'eu.example.net/lone was not disabled: 192.0.2.54 is up\n',
    });
  });

  await t.test('all mirrors of a pool disabled: no address, and no lie about it', async (t) => {
    t.equal((await server.run('disable', 'eu.example.net/common', '--reason', 'moving')).code, 0);
    const effect = 'eu.example.net (ipv4) would have no address left, and clients would get none';
    t.match(await server.run('disable', 'lone', '--reason', 'moving'), {
      code: 1,
      stdout: '',
      stderr: `${effect}\ngeopool: lone is not disabled; use --force to disable it anyway\n`,
    });
    t.same(await inPool(), ['192.0.2.54'], 'refused');
    const asked = JSON.stringify({ mirror: 'lone', reason: 'moving' });
    t.match(await server.request('POST', '/disable', asked), { status: 422, body: /no address left/ });
    t.match(await server.run('disable', 'lone', '--reason', 'moving', '--force'), {
      code: 0,
      stdout: /^eu\.example\.net\/lone is out of all answers\n$/,
      stderr: `${effect}\n`,
    });
    const { flags = 0, authorities } = await client.ask({ name: 'eu.example.net' });
    t.equal(flags & 15, 0);
    t.same(await inPool(), []);
    t.match(authorities, [{ type: 'SOA' }]);
    t.match((await server.run('status')).stdout, /^EMPTY: eu\.example\.net \(ipv4\): /m);
    for (const mirror of ['eu.example.net/common', 'lone']) {
      t.equal((await server.run('enable', mirror)).code, 0);
    }
    t.same(await inPool(), ['192.0.2.53', '192.0.2.54']);
  });

  await t.test('until a time', async (t) => {
    const from = server.log.lines.length;
    const soon = await server.run('disable', 'lone', '--reason', 'a moment', '--until', '2s');
    t.match(soon, { code: 0, stdout: /^eu\.example\.net\/lone is out of all answers until 20.*Z\n$/ });
    const line = await server.log.waitFor('override-ended', () => true, from);
    t.match(line, { zone: 'eu.example.net', mirror: 'lone' });
    await until(async () => ((await inPool()).length === 2 ? true : undefined), 'answers with it again');
    t.equal((await server.status()).zones[1]?.pools[0]?.mirrors[1]?.override, undefined);

    for (const [until, stored] of [
      ['2099-06-01T12:00:00Z', '2099-06-01T12:00:00.000Z'],
      ['2099-06-01T12:00:00+02:00', '2099-06-01T10:00:00.000Z'],
    ] as const) {
      t.equal((await server.run('disable', 'lone', '--reason', 'long', '--until', until)).code, 0);
      const { zones } = await server.status();
      t.equal(zones[1]?.pools[0]?.mirrors[1]?.override?.until, stored, 'and replaces the one before');
    }
    t.same(await inPool(), ['192.0.2.53'], 'a time beyond what a timer holds has not come yet');
    t.equal((await server.run('enable', 'lone')).code, 0);

    const refusals: readonly [until: string, code: number, stderr: RegExp][] = [
      ['tomorrow', 2, /--until tomorrow: expected a time such as/],
      ['30', 2, /expected a time such as/],
      ['999999999d', 2, /expected a time such as/],
      ['2099-06-01T12:00:00', 2, /expected a time such as/],
      ['2099-13-01T12:00:00Z', 2, /expected a time such as/],
      ['2001-01-01T00:00:00Z', 1, /expected a time to come/],
      ['0s', 1, /expected a time to come/],
    ];
    const ended = await Promise.all(
      refusals.map(([until]) => server.run('disable', 'lone', '--reason', 'x', '--until', until)),
    );
    for (const [i, [until, code, stderr]] of refusals.entries()) t.match(ended[i], { code, stderr }, until);
    t.same((await inPool()).length, 2);
  });

  await t.test('a glob means all mirrors of one zone that match', async (t) => {
    const out = await server.run('disable', 'eu.example.net/*', '--reason', 'moving', '--force');
    t.match(out, {
      code: 0,
      stdout: /^eu\.example\.net\/common is out of all answers\neu\.example\.net\/lone is out .*\n$/,
    });
    t.same(await inPool(), []);
    const { zones } = await server.status();
    t.ok(
      zones[1]?.pools[0]?.mirrors.every(({ override }) => (override?.by ?? '') !== ''),
      'by whoever asked',
    );
    t.match(await server.run('disable', 'co*', '--reason', 'x'), { code: 1, stderr: /more than one zone/ });
    t.match(await server.run('disable', 'x*', '--reason', 'x'), {
      code: 1,
      stderr: /no mirror has that name/,
    });
    t.match(
      (await server.run('enable', 'l*')).stdout,
      /^eu\.example\.net\/lone is enabled: 192\.0\.2\.54 is up\n$/,
    );
    t.equal((await server.run('enable', 'eu.example.net/*')).code, 0);
    t.equal((await inPool()).length, 2);
  });

  await t.test('names that are unknown or not unique', async (t) => {
    const disable = (mirror: string) => server.run('disable', mirror, '--reason', 'x');
    t.match(await disable('common'), {
      code: 1,
      stderr: /common: more than one zone has .*dl\.example\.org\/common, eu\.example\.net\/common/,
    });
    t.match(await disable('nobody'), {
      code: 1,
      stderr: /nobody: no mirror has that name; there are aurora, /,
    });
    t.match(await disable('eu.example.net/aurora'), {
      code: 1,
      stderr: /no mirror has that name; there are common, lone/,
    });
    t.match(await disable('example.com/aurora'), {
      code: 1,
      stderr: /no zone example\.com is served; there are dl/,
    });
    t.match(await server.run('enable', 'nobody'), { code: 1 });
    t.match(await server.run('explain', 'nobody.example', '--from', '192.0.2.1'), {
      code: 1,
      stderr: /nobody\.example is not a pool; there are dl\.example\.org, eu\.example\.net/,
    });
  });
});

t.test('overrides of a zone file', async (t) => {
  const zone = (overrides: string): string =>
    `${zoneOf('dl.example.org', 'aurora: { addresses: [192.0.2.41] }, boreas: { addresses: [192.0.2.42] }')}${overrides}`;
  const overridden = (until: string): string =>
    zone(`overrides:
  - { mirrors: ["a*"], reason: maintenance, until: ${until}, by: alice }
  - { mirrors: boreas, state: up, reason: the probe is wrong }
`);
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const server = await startServer(t, { zones: { 'dl.yaml': overridden(later) } });
  const client = await udpClient(t, server);
  const inPool = async (): Promise<readonly string[]> =>
    [...(await client.addresses({ name: 'dl.example.org' }))].sort();
  t.same(await inPool(), ['192.0.2.42'], 'from the first answer on');
  const [aurora, boreas] = (await server.status()).zones[0]?.pools[0]?.mirrors ?? [];
  t.match(aurora, {
    enabled: false,
    override: { state: 'down', reason: 'maintenance', by: 'alice', until: later },
  });
  t.match(boreas, { enabled: true, override: { state: 'up', file: 'zones/dl.yaml' } });
  t.match((await server.run('status')).stdout, /boreas .* up, held up .*held up: the probe is wrong/);
  const explained = JSON.parse(
    (await server.run('explain', 'dl.example.org', '--from', '192.0.2.1', '--json')).stdout,
  );
  t.match(explained.excluded, [{ mirror: 'aurora', reason: /^disabled: maintenance \(by alice, in zones/ }]);
  t.match(explained.candidates, [{ mirror: 'boreas', note: /^held up: the probe is wrong/ }]);
  t.match(await server.run('enable', 'aurora'), { code: 1, stderr: /disabled by its zone file.*reload/ });
  t.match(await server.run('disable', 'boreas', '--reason', 'gone', '--force'), { code: 0 });

  // It has to be served before it can end, for which a busy machine needs a while.
  const served = async (ms: number): Promise<void> => {
    await server.write('zones/dl.yaml', overridden(new Date(Date.now() + ms).toISOString()));
    t.equal((await server.run('reload')).code, 0);
    const ended = server.log.lines.some(({ event }) => event === 'override-ended');
    const { override } = (await server.status()).zones[0]?.pools[0]?.mirrors[0] ?? {};
    if (override === undefined && !ended) await served(2 * ms);
  };
  await served(2000);
  const line = await server.log.waitFor('override-ended');
  t.match(line, { zone: 'dl.example.org', mirror: 'aurora' });
  await until(
    async () => ((await inPool()).join() === '192.0.2.41' ? true : undefined),
    'it ends by itself, and what is said over the socket stands above the file',
  );
  await server.run('enable', 'boreas');
  await server.write('zones/dl.yaml', zone('overrides: [{ mirrors: ["*a"], reason: again }]\n'));
  t.equal((await server.run('reload')).code, 0);
  t.same(await inPool(), ['192.0.2.42']);
});
