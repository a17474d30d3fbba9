import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import t from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import type { Step } from '../../src/probe/trace.js';
import { checkOf, httpProbe } from '../health/targets.js';
import { createAuthority } from './certificates.js';
import { closed, serveTcp, serveTls } from './servers.js';

const authority = createAuthority(t.testdir());
if (authority === undefined) t.bailout('these tests make their certificates with openssl: install it');
else {
  const { ca, issue, selfSigned } = authority;
  const resolver = createResolver();
  const trusting = createProbeRun({ clock: systemClock, version: '1.2.3', resolver, ca });
  const strict = createProbeRun({ clock: systemClock, version: '1.2.3', resolver });
  const never = new AbortController().signal;
  const valid = issue('DNS:dl.example.org,IP:127.0.0.1');

  const probe = (port: number, host = 'dl.example.org', timeout = 20_000) =>
    checkOf('127.0.0.1', httpProbe({ type: 'https', port, host, timeout }));
  const greet = (socket: TLSSocket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
  };

  t.test('a good certificate, by the name of the pool', async (t) => {
    const names: (string | false | null | undefined)[] = [];
    let request = '';
    const { port } = await serveTls(t, valid, (socket) => {
      names.push(socket.servername);
      socket.once('data', (data) => {
        request = data.toString();
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    });
    t.match(await trusting(probe(port), never), { ok: true, ms: Number });
    t.same(names, ['dl.example.org'], 'SNI');
    t.match(request, `Host: dl.example.org:${port}\r\n`);
    t.match(request, 'User-Agent: geopool/1.2.3 (health probe)\r\n');
  });

  t.test('a host that is an address: no SNI, and the certificate has to be for that address', async (t) => {
    const names: (string | false | null | undefined)[] = [];
    const { port } = await serveTls(t, valid, (socket) => {
      names.push(socket.servername);
      greet(socket);
    });
    t.match(await trusting(probe(port, '127.0.0.1'), never), { ok: true });
    t.same(names, [false]);
    t.match(await trusting(probe(port, '192.0.2.1'), never), {
      ok: false,
      error: 'certificate is not for 192.0.2.1',
    });
  });

  t.test('certificates that nobody should trust', async (t) => {
    const table = [
      {
        name: 'expired',
        pair: issue('DNS:dl.example.org', { expired: true }),
        run: trusting,
        error: /^certificate has expired \(20\d\d-\d\d-\d\d\)$/,
      },
      {
        name: 'self-signed',
        pair: selfSigned('DNS:dl.example.org'),
        run: strict,
        error: 'certificate is self-signed',
      },
      {
        name: 'another name',
        pair: issue('DNS:other.example.org'),
        run: trusting,
        error: 'certificate is not for dl.example.org',
      },
      {
        name: 'unknown issuer',
        pair: valid,
        run: strict,
        error: 'certificate chain is incomplete, or its issuer unknown',
      },
    ];
    for (const { name, pair, run, error } of table) {
      let requests = 0;
      const { port } = await serveTls(t, pair, (socket) => socket.once('data', () => requests++));
      const outcome = await run(probe(port), never);
      t.match(outcome, { ok: false, error }, name);
      t.notOk('fault' in outcome, 'the mirror’s own fault');
      t.equal(requests, 0, 'nothing is asked over it');
    }
  });

  t.test('not verified by choice: whatever the certificate, its end is measured', async (t) => {
    const unverified = (port: number) =>
      checkOf('127.0.0.1', httpProbe({ type: 'https', port, timeout: 20_000, verify: false }));
    const old = await serveTls(t, issue('DNS:dl.example.org', { expired: true }), greet);
    const outcome = await strict(unverified(old.port), never);
    t.match(outcome, { ok: true, certificateEnds: Number });
    t.ok('certificateEnds' in outcome && (outcome.certificateEnds ?? 0) < Date.now());
    const other = await serveTls(t, selfSigned('DNS:other.example.org'), greet);
    t.match(await strict(unverified(other.port), never), { ok: true, certificateEnds: Number });
    const steps: Step[] = [];
    await strict(unverified(other.port), never, steps);
    t.match(steps, [
      { step: 'connect' },
      { step: 'tls', detail: /certificate is not valid \(\w+\), which is not asked for, until \d{4}-/ },
      { step: 'headers' },
      { step: 'compare' },
    ]);
  });

  t.test('a redirect from http to https on the mirror', async (t) => {
    const secure = await serveTls(t, valid, greet);
    const plain = await serveTcp(t, (socket) =>
      socket.once('data', () =>
        socket.end(`HTTP/1.1 301 Moved\r\nLocation: https://dl.example.org:${secure.port}/\r\n\r\n`),
      ),
    );
    const check = checkOf(
      '127.0.0.1',
      httpProbe({ port: plain.port, timeout: 20_000, redirects: 'same-mirror' }),
    );
    t.match(await trusting(check, never), { ok: true, certificateEnds: Number });
    t.match(await strict(check, never), { ok: false, error: /issuer unknown/ }, 'verified there too');
  });

  t.test('a redirect from https back to http is only followed where all are', async (t) => {
    const plain = await serveTcp(t, (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
    );
    const secure = await serveTls(t, valid, (socket) =>
      socket.once('data', () =>
        socket.end(`HTTP/1.1 301 Moved\r\nLocation: http://dl.example.org:${plain.port}/\r\n\r\n`),
      ),
    );
    const { probe: asked, ...place } = probe(secure.port);
    if (asked.type !== 'https') throw new Error('no https');
    t.match(await trusting({ ...place, probe: { ...asked, redirects: 'same-mirror' } }, never), {
      ok: false,
      error: `redirects to http://dl.example.org:${plain.port}/, from https back to http`,
    });
    t.equal(plain.sockets.length, 0);
    t.match(await trusting({ ...place, probe: { ...asked, redirects: 'follow' } }, never), { ok: true });
  });

  t.test('a certificate that is replaced is judged anew at the next probe', async (t) => {
    const server = await serveTls(t, valid, greet);
    const check = probe(server.port);
    const ends = async (): Promise<number | undefined> => (await trusting(check, never)).certificateEnds;
    const first = await ends();
    t.equal(first, Date.parse(new X509Certificate(valid.cert).validTo), 'its own end');
    t.equal(await ends(), first, 'known by then');
    server.replace(issue('DNS:other.example.org'));
    t.match(await trusting(check, never), { ok: false, error: 'certificate is not for dl.example.org' });
    server.replace(selfSigned('DNS:dl.example.org'));
    t.match(await trusting(check, never), { ok: false, error: 'certificate is self-signed' });
    server.replace(valid);
    t.match(await trusting(check, never), { ok: true, certificateEnds: first });
  });

  t.test('two addresses of one name do not share a session', async (t) => {
    const reused: boolean[] = [];
    const { port } = await serveTls(t, valid, (socket) => {
      reused.push(socket.isSessionReused());
      greet(socket);
    });
    for (let i = 0; i < 3; i++) t.match(await trusting(probe(port), never), { ok: true });
    t.same(reused, [false, false, false]);
  });

  t.test('a handshake that hangs', async (t) => {
    const { port, sockets } = await serveTcp(t, (socket) => socket.resume());
    t.match(await trusting(probe(port, 'dl.example.org', 150), never), {
      ok: false,
      error: 'no answer within 150ms (TLS handshake)',
      fault: 'unclear',
    });
    await closed(sockets[0]);
  });

  t.test('plain HTTP where TLS should be', async (t) => {
    const { port } = await serveTcp(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    t.match(await trusting(probe(port), never), { ok: false, error: /^TLS handshake failed \(.+\)$/ });
  });

  t.test('a connection that closes during the handshake', async (t) => {
    const { port, sockets } = await serveTcp(t, (socket) => socket.once('data', () => socket.end()));
    t.match(await trusting(probe(port), never), {
      ok: false,
      error: /^connection (reset|closed)/,
      fault: 'unclear',
    });
    t.equal(sockets.length, 1);
  });
}
