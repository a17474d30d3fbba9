/** Where redirects lead: a real mirror, and a name server that says of the names in them what a test tells it to. */
import t, { type Test } from 'tap';
import { parsePrefix } from '../../src/ip/prefix.js';
import type { Admitted } from '../../src/ip/special-purpose.js';
import { type Clock, systemClock } from '../../src/platform/clock.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver, type Resolver } from '../../src/probe/resolve.js';
import type { HttpProbe } from '../../src/zone/http-probe-keys.js';
import { createFakeClock } from '../fake-clock.js';
import { addressOf, checkOf, httpProbe } from '../health/targets.js';
import { type Hosts, serveNames } from './dns-server.js';
import { refusedPort, serveHttp } from './servers.js';

const never = new AbortController().signal;

interface Scene {
  readonly hosts?: Hosts;
  readonly resolver?: Resolver;
  readonly clock?: Clock;
  readonly probe?: Partial<HttpProbe>;
  readonly admitted?: Admitted;
}

/** Probes a mirror that redirects to `location`. */
async function probed(t: Test, location: string, { hosts = new Map(), ...more }: Scene) {
  const { port } = await serveHttp(t, (_, response) => response.writeHead(302, { location }).end());
  const { resolver = createResolver({ servers: [await serveNames(t, hosts)], timeout: 50 }) } = more;
  const run = createProbeRun({ clock: more.clock ?? systemClock, version: '1.2.3', resolver });
  const probe = httpProbe({ port, redirects: 'follow', timeout: 20_000, ...more.probe });
  const { admitted } = more;
  return run({ ...checkOf('127.0.0.1', probe), ...(admitted !== undefined && { admitted }) }, never);
}

t.test('a name that nobody can look up speaks against the mirror that leads there', async (t) => {
  const hosts: Hosts = new Map([
    ['broken.example', 'fails'],
    ['silent.example', 'silent'],
  ]);
  for (const rule of ['same-mirror', 'follow'] as const) {
    const probe = { redirects: rule };
    t.match(await probed(t, 'http://broken.example/', { hosts, probe }), {
      error: "redirects to http://broken.example/, broken.example can't be looked up (SERVFAIL)",
      fault: 'unclear',
    });
    t.match(await probed(t, 'http://silent.example/', { hosts, probe }), {
      error: /silent.example can't be looked up \(its name servers do not answer\)$/,
      fault: 'unclear',
    });
    for (const name of [`${'a'.repeat(64)}.example`, 'a..example', `${'a.'.repeat(130)}example`]) {
      const outcome = await probed(t, `http://${name}/`, { hosts, probe });
      t.match(outcome, { ok: false, error: /, no name that could exist: a/ }, name);
      t.notOk('fault' in outcome, 'clearly its own');
    }
  }
});

t.test('what the name servers do to every name says nothing of the mirror', async (t) => {
  for (const all of ['fails', 'silent'] as const) {
    const hosts: Hosts = new Map([['*', all]]);
    t.match(await probed(t, 'http://elsewhere.example/', { hosts }), { fault: 'ours' }, all);
  }
  const resolver = createResolver({ servers: [`127.0.0.1:${await refusedPort()}`], timeout: 50 });
  t.match(await probed(t, 'http://elsewhere.example/', { resolver }), {
    error: /elsewhere.example can't be looked up \(no name server answers\), nor can any other name$/,
    fault: 'ours',
  });
});

t.test('a look-up ends with its probe, and by then it is known whose fault it is', async (t) => {
  for (const [others, fault] of [
    ['none', 'unclear'],
    ['silent', 'ours'],
  ] as const) {
    const heard = new Map<string, () => void>();
    const asked = ['silent.example', '.'].map(
      (name) => new Promise<void>((resolve) => heard.set(name, resolve)),
    );
    const hosts: Hosts = new Map([
      ['silent.example', 'silent'],
      ['*', others],
    ]);
    // Servers that are waited for so long that they end nothing.
    const names = createResolver({
      servers: [await serveNames(t, hosts, 60, (name) => heard.get(name)?.())],
      timeout: 60_000,
    });
    let answered: Promise<boolean> | undefined;
    const resolver: Resolver = {
      resolve: names.resolve,
      answers: (signal) => {
        answered = names.answers(signal);
        return answered;
      },
    };
    const clock = createFakeClock();
    const outcome = probed(t, 'http://silent.example/', { resolver, clock, probe: { timeout: 2000 } });
    await Promise.all(asked);
    if (others === 'none') t.equal(await answered, true);
    await clock.advance(2000);
    t.match(await outcome, {
      ok: false,
      ms: 2000,
      error: /silent.example can't be looked up \(no answer in time\)/,
      fault,
    });
  }
});

t.test('no redirect leads to special-purpose addresses, whatever leads there', async (t) => {
  const inner = await serveHttp(t, (_, response) => response.end('secret'), '127.0.0.2');
  const hosts: Hosts = new Map([
    ['inner.example', ['127.0.0.2']],
    ['sixth.example', ['::1']],
    ['metadata.example', ['169.254.169.254', 'fd00:ec2::254']],
  ]);
  for (const [host, kind] of [
    ['127.0.0.2', 'loopback'],
    ['2130706434', 'loopback'],
    ['[::ffff:127.0.0.2]', 'loopback'],
    ['inner.example', 'loopback'],
    ['sixth.example', 'loopback'],
    ['[::1]', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['169.254.169.254', 'link-local'],
    ['metadata.example', 'link-local'],
    ['10.0.0.1', 'private'],
    ['[fd00::1]', 'private'],
    ['100.64.0.1', 'shared'],
  ] as const) {
    const outcome = await probed(t, `http://${host}:${inner.port}/`, { hosts });
    const error = new RegExp(`, at \\S+, which is special-purpose \\(${kind}\\): special_addresses does not`);
    t.match(outcome, { ok: false, error }, host);
    t.notOk('fault' in outcome, 'the mirror’s own');
  }
  t.equal(inner.sockets.length, 0, 'nothing was asked there');
});

t.test('but to those of the kinds that the mirror has, and those that the zone allows', async (t) => {
  const inner = await serveHttp(t, (_, response) => response.end('there'), '127.0.0.2');
  const [one, all] = ['127.0.0.2/32', '::/0'].map((text) => {
    const prefix = parsePrefix(text);
    if ('fault' in prefix) throw new Error(prefix.fault);
    return prefix;
  });
  const to = (host: string, admitted: Admitted) =>
    probed(t, `http://${host}:${inner.port}/`, {
      admitted,
      hosts: new Map([['inner.example', ['127.0.0.2']]]),
    });
  const own = { like: [addressOf('::1'), addressOf('192.0.2.1')], networks: [] };
  t.match(await to('127.0.0.2', own), { ok: true });
  t.match(await to('inner.example', own), { ok: true });
  t.match(await to('10.0.0.1', own), { error: /special-purpose \(private\)/ });
  if (one === undefined || all === undefined) throw new Error('no networks');
  t.match(await to('127.0.0.2', { like: [], networks: [all, one] }), { ok: true });
  t.match(await to('127.0.0.3', { like: [], networks: [all, one] }), {
    error: /special-purpose \(loopback\)/,
  });
});

t.test('two long places that begin alike are not one', async (t) => {
  const long = `/${'a'.repeat(200)}`;
  const { port } = await serveHttp(t, ({ url }, response) => {
    if (url === `${long}?2`) response.end('here');
    else response.writeHead(302, { location: url === `${long}?1` ? `${long}?2` : `${long}?1` }).end();
  });
  const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver: createResolver() });
  const outcome = await run(checkOf('127.0.0.1', httpProbe({ port, redirects: 'same-mirror' })), never);
  t.match(outcome, { ok: true });
});
