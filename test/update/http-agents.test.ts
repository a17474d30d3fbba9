/**
 * Whole updates through proxies on loopback: both the service and the storage that it redirects to are asked through them,
 * and what they want to know of the user is in no message.
 */
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { openAgents } from '../../src/update/http-agents.js';
import { keyFromText } from '../../src/update/settings.js';
import { createUpdater, type Updater } from '../../src/update/updater.js';
import { ownProxy, type ProxyConfig } from '../../src/zone/proxy-environment.js';
import { isTextFault } from '../../src/zone/text-fault.js';
import { createFakeClock } from '../fake-clock.js';
import { startFakeProxy } from './fake-proxy.js';
import { type FakeUpdateServer, startFakeUpdateServer } from './fake-update-server.js';
import { bytesOf, filesIn, hastyClock, type KeptLog, keptLog, PATIENT, scratch, until } from './scenery.js';

const EDITION = 'GeoLite2-City';
const SECRET = 'p@ss:w%rd';
const BASIC = `Basic ${Buffer.from(`anna:${SECRET}`).toString('base64')}`;

interface Scene {
  readonly server: FakeUpdateServer;
  readonly log: KeptLog;
  updater(
    proxy: ProxyConfig,
    clock?: ReturnType<typeof hastyClock> | ReturnType<typeof createFakeClock>,
  ): Updater;
}

async function setUp(t: Test): Promise<Scene> {
  const server = await startFakeUpdateServer();
  await server.publish(EDITION, bytesOf(1, 5000));
  const directory = await scratch(t);
  const log = keptLog();
  t.teardown(() => server.close());
  return {
    server,
    log,
    updater(proxy, clock = hastyClock()) {
      const updater = createUpdater({
        settings: {
          accountId: '42',
          readKey: keyFromText('Sesame'),
          editions: [EDITION, 'GeoLite2-ASN'],
          host: server.host,
          directory,
          schedule: '0 0 1 1 *',
          proxy,
        },
        clock,
        random: () => 0.5,
        log,
        files: filesIn(directory),
        version: '0.0.0',
        limits: PATIENT,
        verify: async () => undefined,
        serve: async () => undefined,
      });
      t.teardown(() => updater.stop());
      return updater;
    },
  };
}

function proxyAt(address: string): ProxyConfig {
  const proxy = ownProxy(address, `anna:${SECRET}`);
  if (isTextFault(proxy)) throw new Error(proxy.fault);
  return proxy;
}

const hostOf = (url: string): string => new URL(url).host;

t.test('through the proxy, with its user and password', async (t) => {
  const { server, updater } = await setUp(t);
  const proxy = await startFakeProxy();
  t.teardown(() => proxy.close());
  await server.publish('GeoLite2-ASN', bytesOf(2, 500));
  t.match(await updater(proxyAt(proxy.address)).updateNow(), [
    { outcome: 'updated' },
    { outcome: 'updated' },
  ]);
  t.same(
    [...new Set(proxy.asked.map(({ target }) => target))].sort(),
    [hostOf(server.host), hostOf(server.storage)].sort(),
  );
  t.same([...new Set(proxy.asked.map(({ authorization }) => authorization))], [BASIC]);
  t.notMatch(
    server.asked.flatMap(({ headers }) => Object.keys(headers)),
    ['proxy-authorization'],
    'whom it leads to does not see them',
  );
});

t.test('not where NO_PROXY says so, and not where the other scheme alone has one', async (t) => {
  const { server, updater } = await setUp(t);
  const proxy = await startFakeProxy();
  t.teardown(() => proxy.close());
  await server.publish('GeoLite2-ASN', bytesOf(2, 500));
  const http = `http://${proxy.address}`;
  t.match(await updater({ http, except: '.example, 127.0.0.1' }).updateNow(), [{ outcome: 'updated' }, {}]);
  t.match(await updater({ https: http, except: '' }).updateNow(), [{ outcome: 'current' }, {}]);
  t.same(proxy.asked, []);
  t.match(await updater({ http, except: '127.0.0.1:1' }).updateNow(), [{ outcome: 'current' }, {}]);
  t.ok(proxy.asked.length > 0, 'another port is another host');
});

t.test('a proxy that refuses is named, without what it was told', async (t) => {
  const { server, updater, log } = await setUp(t);
  const stranger = await startFakeProxy('407 Proxy Authentication Required');
  const broken = await startFakeProxy('502 Bad Gateway');
  t.teardown(() => Promise.all([stranger.close(), broken.close()]));
  const refused = updater(proxyAt(stranger.address));
  t.match(await refused.updateNow(), [
    {
      outcome: 'failed',
      reason: new RegExp(`refused by the proxy ${stranger.address} \\(407\\): check GEOIPUPDATE_PROXY`),
    },
    { outcome: 'failed', reason: /407/ },
  ]);
  t.equal(stranger.asked.length, 1, 'once for all editions');
  const failed = updater(proxyAt(broken.address));
  t.match(await failed.updateNow(), [
    { reason: new RegExp(`^the proxy ${broken.address} answered 502$`) },
    {},
  ]);
  const gone = updater(proxyAt('127.0.0.1:1'));
  t.match(await gone.updateNow(), [{ reason: /\(ECONNREFUSED\); the proxy 127\.0\.0\.1:1 is set/ }, {}]);
  t.equal(server.asked.length, 0);

  const said = inspect([log.lines, refused.status(), failed.status(), gone.status()], { depth: 9 });
  for (const form of [SECRET, encodeURIComponent(SECRET), BASIC, 'anna']) t.notOk(said.includes(form), form);
});

t.test('the proxy of the scheme is named, with its port', async (t) => {
  const named = async (proxies: ProxyConfig) => {
    const { dispatcher, proxyFor } = openAgents(proxies);
    await dispatcher.destroy();
    return ['http://a.example/', 'https://a.example/'].map((url) => proxyFor?.(new URL(url)));
  };
  const [http, https] = ['http://plain.example/', 'https://anna:x@[2001:db8::1]/'];
  t.same(await named({ http, https, except: '' }), ['plain.example:80', '[2001:db8::1]:443']);
  t.same(await named({ https, except: '' }), [undefined, '[2001:db8::1]:443']);
  t.same(await named({ http: 'http://both.example:3128/', except: '' }), Array(2).fill('both.example:3128'));
});

t.test('a proxy that says nothing holds nothing up', async (t) => {
  const { updater } = await setUp(t);
  const proxy = await startFakeProxy('silence');
  t.teardown(() => proxy.close());
  const clock = createFakeClock();
  const one = updater(proxyAt(proxy.address), clock);
  const done = one.updateNow();
  await until(() => proxy.asked.length > 0);
  await one.stop();
  t.match(await done, [{ outcome: 'failed', reason: /the update was stopped/ }, {}]);
});
