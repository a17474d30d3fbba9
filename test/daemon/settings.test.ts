import { availableParallelism } from 'node:os';
import t from 'tap';
import { daemonSettings } from '../../src/daemon/settings.js';
import { hasIPv6 } from '../../src/server/endpoint.js';
import { DEFAULT_TCP_LIMITS } from '../../src/server/tcp-admission.js';
import { applyEnvironment } from '../../src/zone/config-environment.js';
import { parseServerConfig } from '../../src/zone/server-config.js';

const settings = (text: string) =>
  daemonSettings(applyEnvironment(parseServerConfig(text, 'geopool.yaml'), {}, () => ''));

t.test('a server that is told nothing disturbs nobody', async (t) => {
  const { listen, workers, control, http, tcp } = settings('');
  t.same(
    listen.map(({ host, port }) => `${host} ${port}`),
    ['127.0.0.1 5300', ...(hasIPv6() ? ['::1 5300'] : [])],
  );
  t.equal(workers, availableParallelism());
  t.equal(control, '.geopool/control.sock');
  t.same(http, { listen: [{ host: '127.0.0.1', port: 5380 }], hosts: [] });
  t.same(tcp, DEFAULT_TCP_LIMITS);
});

t.test('what is stated holds', async (t) => {
  const stated = settings('workers: 1\nstate: /s\nhttp: { listen: off }\nlisten: "127.0.0.1:53"');
  t.match(stated, {
    workers: 1,
    control: '/s/control.sock',
    http: { listen: [] },
    listen: [{ host: '127.0.0.1', port: 53 }],
  });
  t.equal(settings('state: /s\ncontrol: /c').control, '/c');
});

t.test('a network has no more connections than there are for all', async (t) => {
  const few = settings('tcp: { connections: 2 }').tcp;
  t.same(few, { ...DEFAULT_TCP_LIMITS, connections: 2, perNetwork: 2 });
  const many = settings('tcp: { connections: 100000 }').tcp;
  t.equal(many.perNetwork, DEFAULT_TCP_LIMITS.perNetwork);
});
