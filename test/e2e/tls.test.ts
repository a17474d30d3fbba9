/**
 * DNS over TLS, queried by the usual DNS clients and by programs that test TLS: versions and ciphers, sessions, padding, a
 * certificate that is replaced.
 */
import { spawn } from 'node:child_process';
import t from 'tap';
import { makeCertificate, noCertificates } from '../server/tls-certificate.js';
import { framed, queryOctets, udpClient } from './dns-client.js';
import { until, within } from './program.js';
import { startServer } from './server.js';
import { makeTlsHome, shownBy, startTlsServer, type TlsServer } from './tls-home.js';
import { missing, runTool } from './tools.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1, "2001:db8::1"] } }
records:
  txt: { TXT: [here] }
`;
const NAME = 'dl.example.org';
const ZONES = { 'z.yaml': ZONE };

/** What `openssl s_client` says, and what the server answered, given this on its standard input. */
async function sClient(
  { tlsPort }: TlsServer,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(),
): Promise<{ readonly said: string; readonly code: number | null }> {
  const command = ['s_client', '-connect', `127.0.0.1:${tlsPort}`, ...args];
  const child = spawn('openssl', command, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('latin1').on('data', (text: string) => {
      said += text;
    });
  }
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await within(
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    `the end of openssl s_client ${args.join(' ')}`,
  );
  return { said, code };
}

t.test('kdig', { skip: noCertificates || missing('kdig') }, async (t) => {
  const server = await startTlsServer(t, await makeTlsHome(t, ZONES));
  const kdig = (...args: string[]): Promise<string> =>
    runTool('kdig', ['@127.0.0.1', '-p', String(server.tlsPort), '+tls', '+retry=0', '+timeout=10', ...args]);

  await t.test('an answer over TLS is the one over UDP', async (t) => {
    const said = await kdig('+nopadding', NAME, 'A');
    t.match(said, /TLS session \(TLS1\.3\)/);
    t.match(said, /^dl\.example\.org\.\s+60\s+IN\s+A\s+192\.0\.2\.1$/m);
    t.notMatch(said, 'PADDING');
    t.same(await (await udpClient(t, server)).addresses({ name: NAME }), ['192.0.2.1']);
  });

  await t.test('padded to 468 octets where the query has EDNS', async (t) => {
    for (const args of [
      ['+padding'],
      ['+padding=200'],
      ['+padding', '+nsid', '+cookie'],
      ['+nopadding', '+edns'],
    ]) {
      const said = await kdig(...args, NAME, 'AAAA');
      t.match(said, /PADDING: \d+ B/, args.join(' '));
      t.match(said, /Received 468 B/);
    }
    const over = await runTool('kdig', [
      '@127.0.0.1',
      '-p',
      String(server.port),
      '+tcp',
      '+padding',
      NAME,
      'A',
    ]);
    t.notMatch(over, 'PADDING', 'not in cleartext');
  });

  await t.test('many questions over one connection', async (t) => {
    const before = (await server.status()).counters.tls;
    const said = await kdig(
      '+keepopen',
      ...Array.from({ length: 20 }, () => ['-q', `txt.${NAME}`, '-t', 'TXT']).flat(),
    );
    t.equal(said.match(/TXT\s+"here"/g)?.length, 20);
    const { opened, handshakes } = (await server.status()).counters.tls;
    t.equal(opened - before.opened, 1);
    t.equal(handshakes.full - before.handshakes.full, 1);
  });

  await t.test('whatever name it sends (SNI), and with none', async (t) => {
    for (const args of [[], ['+tls-sni=ns1.example.org'], ['+tls-sni=other.example']]) {
      t.match(await kdig(...args, NAME, 'A'), /192\.0\.2\.1/, args.join(' '));
    }
  });
});

t.test('openssl s_client', { skip: noCertificates }, async (t) => {
  const server = await startTlsServer(t, await makeTlsHome(t, ZONES));
  const handshakes = async () => (await server.status()).counters.tls.handshakes;

  await t.test('TLS 1.2 and 1.3, with ciphers that keep what was said secret for good', async (t) => {
    for (const [args, cipher] of [
      [['-tls1_3'], /^New, TLSv1\.3, Cipher is TLS_AES_128_GCM_SHA256$/m],
      [
        ['-tls1_3', '-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256'],
        /Cipher is TLS_CHACHA20_POLY1305_SHA256$/m,
      ],
      [['-tls1_2'], /^New, TLSv1\.2, Cipher is ECDHE-ECDSA-AES128-GCM-SHA256$/m],
      [['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES256-GCM-SHA384'], /Cipher is ECDHE-ECDSA-AES256-GCM-SHA384$/m],
    ] as const) {
      const { said, code } = await sClient(server, args);
      t.match(said, cipher, args.join(' '));
      t.match(said, /^Compression: NONE$/m);
      t.equal(code, 0);
    }
  });

  await t.test('nothing older, and nothing weaker', async (t) => {
    const all = 'ALL:@SECLEVEL=0';
    const weak = ['AES128-SHA', 'AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384'];
    const refused = [
      ['-tls1', '-cipher', all],
      ['-tls1_1', '-cipher', all],
      ...[...weak, 'aNULL', 'eNULL', 'kDHE', 'CAMELLIA'].map((cipher) => [
        '-tls1_2',
        '-cipher',
        `${cipher}:@SECLEVEL=0`,
      ]),
      ['-tls1_3', '-curves', 'secp521r1'],
    ];
    for (const args of refused) {
      const { said, code } = await sClient(server, args);
      t.equal(code, 1, args.join(' '));
      t.notMatch(said, /^New, TLSv1\.\d, Cipher is [A-Z]/m);
    }
  });

  await t.test('the protocol is `dot`', async (t) => {
    t.match((await sClient(server, ['-alpn', 'h2,dot'])).said, /^ALPN protocol: dot$/m);
    t.match((await sClient(server, [])).said, /^No ALPN negotiated$/m);
    t.match((await sClient(server, ['-alpn', 'h2,http/1.1'])).said, /no application protocol/);
  });

  await t.test('sessions are resumed', async (t) => {
    const before = await handshakes();
    const { said } = await sClient(server, ['-tls1_2', '-reconnect']);
    t.equal(said.match(/^Reused, TLSv1\.2/gm)?.length, 5);
    const after = await handshakes();
    t.same([after.full - before.full, after.resumed - before.resumed], [1, 5]);
  });

  await t.test('nobody renegotiates', async (t) => {
    const { said, code } = await sClient(server, ['-tls1_2'], Buffer.from('R\n'));
    t.match(said, 'no renegotiation');
    t.equal(code, 1);
  });

  await t.test('a question, and then the end', async (t) => {
    const question = framed(queryOctets({ name: `txt.${NAME}`, type: 'TXT' }, 1));
    const { said } = await sClient(server, ['-quiet', '-alpn', 'dot'], question);
    t.match(said, 'here');
  });
});

t.test(
  'an address for TLS that a reload adds, and one that it takes away',
  { skip: noCertificates },
  async (t) => {
    const at = '127.8.53.2';
    const tls = 'tls: { certificate: tls.crt, key: tls.key }\n';
    const config = (listen: string): string => `geo: { city: city.mmdb }\nworkers: 1\nlisten: [${listen}]\n`;
    const home = await makeTlsHome(t, ZONES, config(`"${at}:15312"`));
    const server = await startServer(t, { home, hosts: [] });
    if ((await server.status()).transport === 'portable') {
      t.pass('skipped', { skip: 'it waits for a restart' });
      return;
    }
    await home.write('geopool.yaml', config(`"${at}:15312", "tls://${at}:15313"`));
    const { code, stderr } = await server.run('reload');
    t.equal(code, 1, 'not without a certificate');
    t.match(stderr, /geopool\.yaml:3:30: an address for TLS needs a certificate/);
    await home.write('geopool.yaml', config(`"${at}:15312", "tls://${at}:15313"`) + tls);
    t.match(await server.run('reload'), { code: 0, stderr: '' });
    t.same((await server.status()).listen, [`${at}:15312`, `tls://${at}:15313`]);
    t.match(await shownBy({ tlsPort: 15313 }, at), /BEGIN CERTIFICATE/);
    await home.write('geopool.yaml', config(`"${at}:15312"`));
    t.match(await server.run('reload'), { code: 0, stderr: '' });
    await t.rejects(shownBy({ tlsPort: 15313 }, at), { code: 'ECONNREFUSED' });
    t.same(await (await udpClient(t, { port: 15312, host: at })).addresses({ name: NAME }), ['192.0.2.1']);
  },
);

t.test('a certificate that is replaced', { skip: noCertificates }, async (t) => {
  const home = await makeTlsHome(t, ZONES);
  const server = await startTlsServer(t, home);
  const first = await shownBy(server);
  const second = makeCertificate(30);
  await home.replace(second);
  t.match(await server.run('reload'), { code: 0 });
  const shows = (certificate: string): Promise<boolean> =>
    until(async () => (await shownBy(server)) === certificate || undefined, 'the new certificate');
  await shows(second.certificate);
  t.not(first, second.certificate);
  const { tls } = await server.status();
  t.match(tls, { certificate: 'tls.crt' });
  t.equal(tls?.error, undefined);

  await t.test('by a bad one: the one before stays', async (t) => {
    await home.replace({ certificate: makeCertificate().certificate, key: second.key });
    const { code, stderr } = await server.run('reload');
    t.equal(code, 1);
    t.match(stderr, 'tls.key:1:1: is not the key of the certificate tls.crt');
    t.equal(await shownBy(server), second.certificate);
    t.match((await server.status()).tls?.error, /is not the key of the certificate/);
    t.ok(server.log.lines.some(({ event }) => event === 'certificate-wrong'));
    const monitored = await server.run('monitor');
    t.equal(monitored.code, 1);
    t.match(monitored.stdout, 'TLS CERTIFICATE: the one before is in use');
  });

  await t.test('and without a word to the server', async (t) => {
    const third = makeCertificate();
    const from = server.log.lines.length;
    await home.replace(third);
    await server.log.waitFor('certificate-changed', () => true, from);
    await shows(third.certificate);
    t.notMatch((await server.run('monitor')).stdout, 'TLS CERTIFICATE');
  });
});
