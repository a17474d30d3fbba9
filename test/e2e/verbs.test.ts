/**
 * The verbs as scripts and operators use them: what they print, the JSON that scripts rely on, and the exit codes.
 */
import t from 'tap';
import { udpClient } from './dns-client.js';
import { CLIENTS } from './places.js';
import { makeHome, startServer } from './server.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
soa: { serial: 7 }
pools:
  "@": { answers: 2, max_share: 0.5, near_km: 0, probe: { type: none } }
  probed: { mirrors: [aurora], probe: { type: tcp, port: 1, interval: 100ms, fast_interval: 20ms, fall: 2 } }
mirrors:
  aurora: { addresses: [127.0.0.41, "2001:db8::41"], weight: 3, location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  boreas: { addresses: [192.0.2.42], location: { country: US, latitude: 41.9, longitude: -87.6 } }
  common: { addresses: [192.0.2.43], location: { country: JP, latitude: 35.7, longitude: 139.7 } }
  empty: { addresses: [192.0.2.44], weight: 0 }
  home: { addresses: [192.0.2.45], only_countries: [AT] }
`;
const OTHER = `zone: eu.example.net
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors:
  common: { addresses: [192.0.2.53] }
  lone: { addresses: [192.0.2.54] }
`;
const zones = { 'dl.yaml': ZONE, 'eu.yaml': OTHER };
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

t.test('with a server', async (t) => {
  const server = await startServer(t, { zones });
  const client = await udpClient(t, server);

  await t.test('status --json has every key of the interface', async (t) => {
    await server.log.waitFor('verdict-changed', ({ mirror, to }) => mirror === 'aurora' && to === 'down');
    const { code, stdout } = await server.run('status', '--json');
    t.equal(code, 0);
    const status = JSON.parse(stdout);
    t.match(status, {
      version: /^\d+\.\d+\.\d+/,
      generation: Number,
      transport: /^(batched|portable)$/,
      listen: [`127.0.0.1:${server.port}`],
      started: RFC_3339,
      worker_deaths: 0,
      state_write_failures: 0,
      log_lines_dropped: 0,
      zones: [
        { zone: 'dl.example.org', serial: 7, file: 'zones/dl.yaml', pools: Array },
        { zone: 'eu.example.net', serial: 1, file: 'zones/eu.yaml', pools: Array },
      ],
      refused: [],
      geo: [{ type: 'Test-City', source: 'configured', build_epoch: 1_750_000_000, path: 'city.mmdb' }],
      geo_problems: [],
      maps: { memory: Number, memory_limit: 256_000_000, grid: [] },
      updates: [],
    });
    const [apex, probed] = status.zones[0].pools;
    t.match(apex, { name: 'dl.example.org', panic: { ipv4: false, ipv6: false } });
    const common = { enabled: true, since: RFC_3339, state: 'up' };
    t.match(apex.mirrors, [
      { ...common, name: 'aurora', family: 'ipv4', address: '127.0.0.41', weight: 3 },
      { ...common, name: 'aurora', family: 'ipv6', address: '2001:db8::41', weight: 3 },
      { ...common, name: 'boreas', family: 'ipv4', address: '192.0.2.42', weight: 1 },
      { ...common, name: 'common' },
      { ...common, name: 'empty', weight: 0, enabled: false },
      { ...common, name: 'home' },
    ]);
    t.match(probed.mirrors[0], {
      state: 'down',
      cause: 'connection refused',
      last_probe: { at: RFC_3339, ok: false, ms: Number, error: 'connection refused' },
    });
    t.same(Object.keys(apex.mirrors[2]).sort(), [
      'address',
      'enabled',
      'family',
      'name',
      'probes',
      'since',
      'state',
      'weight',
    ]);
    t.match(apex.mirrors[2].probes, [{ type: 'none', state: 'up', since: RFC_3339 }]);
    t.match(probed.mirrors[0].probes, [
      { type: 'tcp', port: 1, state: 'down', cause: 'connection refused', last_probe: { ok: false } },
    ]);
  });

  await t.test('status as text', async (t) => {
    const { code, stdout } = await server.run('status');
    t.equal(code, 0);
    const lines = stdout.split('\n');
    t.match(
      lines[0],
      new RegExp(`^geopool \\S+, up \\d+s, generation \\d+, \\w+ UDP on 127\\.0\\.0\\.1:${server.port}$`),
    );
    t.match(
      stdout,
      /^zone dl\.example\.org \(zones\/dl\.yaml, serial 7\)\n {2}pool dl\.example\.org\n {4}mirror +address/m,
    );
    t.match(stdout, /^ {4}empty +192\.0\.2\.44 +up, disabled/m);
    t.match(stdout, /^database Test-City, configured, made 2025-06-15 /m);
    t.match(stdout, /^location maps: \d\S* k?B of 256 MB$/m);
  });

  await t.test('explain --json has every key of the interface', async (t) => {
    const { code, stdout } = await server.run(
      'explain',
      'dl.example.org',
      '--from',
      '5.249.168.77',
      '--json',
    );
    t.equal(code, 0);
    const explanation = JSON.parse(stdout);
    t.match(explanation, {
      name: 'dl.example.org',
      type: 'A',
      client: { ip: '5.249.168.77', country: 'DE', latitude: 52.52, longitude: 13.4, scope: 24 },
      answers: 2,
      cap: 1,
      cap_raised: false,
      panic: false,
      candidates: [
        { mirror: 'aurora', address: '127.0.0.41', band: 1, tier: 'near', weight: 3, probability: 1 },
        { mirror: 'boreas', address: '192.0.2.42', band: 2, tier: 'far', weight: 1, probability: 1 },
        { mirror: 'common', band: 3, tier: 'far', probability: 0 },
      ],
      excluded: [
        { mirror: 'home', address: '192.0.2.45', reason: String },
        { mirror: 'empty', address: '192.0.2.44', reason: 'disabled: weight is 0' },
      ],
    });
    t.ok(explanation.candidates[0].distance_km < 5);
    t.ok(Math.abs(explanation.candidates[1].distance_km - 7080) < 50, 'Berlin to Chicago');

    const { answers = [] } = await client.ask({ name: 'dl.example.org', subnet: CLIENTS.berlin });
    t.same(answers.map((answer) => ('data' in answer ? answer.data : '')).sort(), [
      '127.0.0.41',
      '192.0.2.42',
    ]);

    const v6 = await server.run(
      'explain',
      'DL.Example.org.',
      '--from',
      '2a00:100::1',
      '--type',
      'AAAA',
      '--json',
    );
    t.match(JSON.parse(v6.stdout), {
      type: 'AAAA',
      client: { ip: '2a00:100::1', country: 'DE', scope: 0 },
      candidates: [{ mirror: 'aurora', address: '2001:db8::41', probability: 1 }],
    });
    t.match(await server.run('explain', 'dl.example.org', '--from', 'somewhere'), {
      code: 1,
      stderr: /somewhere/,
    });
  });

  await t.test('explain as text', async (t) => {
    const { stdout } = await server.run('explain', 'dl.example.org', '--from', '5.249.168.77');
    t.match(stdout, /^dl\.example\.org A from 5\.249\.168\.77: DE at 52\.52, 13\.4, scope \/24$/m);
    t.match(stdout, /^aurora +127\.0\.0\.41 +\d+ +1 +near +3 +1\.000$/m);
    t.match(stdout, /^not answered:$/m);
    const inside = await server.run('explain', 'dl.example.org', '--from', '10.1.2.3');
    t.match(inside.stdout.split('\n'), [
      'dl.example.org A from 10.1.2.3: special-purpose (10.0.0.0/8), scope /8',
      /^a client subnet in 10\.0\.0\.0\/8 is ignored, its resolver counts; /,
      /^2 of the following/,
    ]);
  });

  await t.test('explain of files: theirs are the mirrors, the verdicts are live', async (t) => {
    await server.write('draft/dl.yaml', ZONE.replace('[aurora]', '[aurora, boreas]'));
    const draft = await server.run(
      'explain',
      'probed.dl.example.org',
      '--zones',
      'draft',
      '--from',
      '5.249.168.1',
      '--json',
    );
    t.equal(draft.code, 0, draft.stderr);
    t.match(JSON.parse(draft.stdout), {
      candidates: [{ mirror: 'boreas', probability: 1 }],
      excluded: [{ mirror: 'aurora', reason: 'down: connection refused' }],
    });
    await server.write('draft/dl.yaml', 'zone: dl.example.org\n');
    t.match(await server.run('explain', 'dl.example.org', '--zones', 'draft', '--from', '5.249.168.1'), {
      code: 1,
      stderr: /^draft\/dl\.yaml:1:1: /,
    });
  });

  await t.test('geo info', async (t) => {
    t.match(await server.run('geo', 'info'), {
      code: 0,
      stdout: /^database Test-City, configured, made 2025-06-15 .*: city\.mmdb\n$/,
    });
    const { stdout } = await server.run('geo', 'info', '--json');
    t.same(JSON.parse(stdout), (await server.status()).geo);
    t.match(await server.run('geo', 'update'), {
      code: 1,
      stderr: /no account is configured: set geo\.update/,
    });
  });
});

t.test('without a server', async (t) => {
  const home = await makeHome(t, { zones });
  const verbs = [
    ['status'],
    ['reload'],
    ['disable', 'lone', '--reason', 'x'],
    ['enable', 'lone'],
    ['explain', 'dl.example.org', '--from', '192.0.2.1'],
  ];
  const ended = await Promise.all(verbs.map((verb) => home.run(...verb, '--control', 'gone.sock')));
  for (const [i, verb] of verbs.entries()) {
    const expected = { code: 3, stdout: '', stderr: /^geopool: gone\.sock: .*is the server running/ };
    t.match(ended[i], expected, verb.join(' '));
  }
  const offline = await home.run(
    'explain',
    'dl.example.org',
    '--config',
    'geopool.yaml',
    '--from',
    '5.249.168.1',
    '--json',
  );
  t.equal(offline.code, 0, 'explain of files needs none');
  t.match(JSON.parse(offline.stdout), {
    client: { country: 'DE', scope: 24 },
    candidates: [{ mirror: 'aurora' }, {}, {}],
  });
  t.match(await home.run('geo', 'info'), { code: 0, stdout: /embedded/ });
  t.match(await home.run('geo', 'update'), { code: 1, stderr: /no account is configured/ });
});

t.test('wrong usage', async (t) => {
  const home = await makeHome(t, { zones });
  const wrong = [
    [],
    ['serv'],
    ['serve', '--lisen', 'x'],
    ['serve', 'now'],
    ['serve', '--listen', 'localhost:53'],
    ['disable', 'lone'],
    ['disable'],
    ['enable'],
    ['explain', 'dl.example.org'],
    ['explain', 'dl.example.org', '--from', '192.0.2.1', '--type', 'MX'],
    ['status', 'now'],
    ['geo', 'updat'],
  ];
  const all = await Promise.all(wrong.map(async (args) => ({ args, ...(await home.run(...args)) })));
  for (const { args, code, stdout, stderr } of all) {
    t.same([code, stdout], [2, ''], args.join(' ') || 'no verb');
    t.notMatch(stderr, /^\s+at /m, 'no stack');
    t.not(stderr, '');
  }
  t.match(await home.run('--help'), { code: 0, stdout: /serve[\s\S]*check[\s\S]*explain/ });
  t.match(await home.run('serve', '--help'), { code: 0, stdout: /--listen <host:port>/ });
  t.match(await home.run('--version'), { code: 0, stdout: /^\d+\.\d+\.\d+/ });
});
