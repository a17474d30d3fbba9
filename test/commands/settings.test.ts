import { join } from 'node:path';
import t from 'tap';
import { readSettings } from '../../src/commands/settings.js';

t.test('built-in defaults', async (t) => {
  const settings = readSettings({});
  t.match(settings, { zones: 'zones', state: '.geopool', control: '.geopool/control.sock' });
  t.match(settings.listen[0], { host: '127.0.0.1', port: 5300 });
  t.equal(settings.geo.city, undefined);
});

t.test('flags win over the file', async (t) => {
  const dir = t.testdir({
    'geopool.yaml':
      'listen: ["192.0.2.1:53"]\nzones: from-file\nstate: /var/lib/geopool\ngeo: { city: city.mmdb }\n',
  });
  const config = join(dir, 'geopool.yaml');
  t.match(readSettings({ config }), {
    listen: [{ host: '192.0.2.1', port: 53 }],
    zones: 'from-file',
    control: '/var/lib/geopool/control.sock',
    geo: { city: 'city.mmdb' },
  });
  const flags = { config, zones: 'z', listen: ['127.0.0.1:0', '[::1]:53'], state: 's', control: 'c' };
  t.match(readSettings(flags), {
    listen: [
      { host: '127.0.0.1', port: 0 },
      { host: '::1', port: 53 },
    ],
    zones: 'z',
    state: 's',
    control: 'c',
    geo: { city: 'city.mmdb' },
  });
  t.equal(readSettings({ config, state: 's' }).control, 's/control.sock', 'which is in the state directory');
});

t.test('status over HTTP is for this host alone, and can be elsewhere or off', async (t) => {
  const dir = t.testdir({ 'geopool.yaml': 'http: { listen: "192.0.2.1:80", hosts: [a.example] }\n' });
  const config = join(dir, 'geopool.yaml');
  t.same(readSettings({}).http, { listen: [{ host: '127.0.0.1', port: 5380 }], hosts: [] });
  t.match(readSettings({ config }).http.listen, [{ host: '192.0.2.1', port: 80 }]);
  t.same(readSettings({ config, http: 'off' }).http, { listen: [], hosts: ['a.example'] });
  t.throws(() => readSettings({ http: '192.0.2.1' }), {
    code: 'USAGE',
    message: /^--http: .*192\.0\.2\.1:5380/,
  });
});

t.test('what is wrong is said', async (t) => {
  const dir = t.testdir({ 'geopool.yaml': 'zoned: x\n' });
  t.throws(() => readSettings({ config: join(dir, 'geopool.yaml') }), {
    code: 'CONFIG_INVALID',
    details: [/geopool\.yaml:1:1: unknown key "zoned"; did you mean "zones"\?$/],
  });
  t.throws(() => readSettings({ config: join(dir, 'gone.yaml') }), {
    code: 'CONFIG_INVALID',
    message: /gone\.yaml: can't be read: ENOENT/,
  });
  t.throws(() => readSettings({ listen: ['0.0.0.0:53', '127.0.0.1:53'] }), {
    code: 'USAGE',
    message: /^--listen: 0\.0\.0\.0 port 53 stands for 127\.0\.0\.1 too/,
  });
  for (const listen of ['53', 'localhost:53', '127.0.0.1', '::1:53', '127.0.0.1:65536']) {
    t.throws(
      () => readSettings({ listen: [listen] }),
      { code: 'USAGE', exitCode: 2, message: /^--listen: / },
      listen,
    );
  }
});
