import t from 'tap';
import { GeopoolError } from '../../src/errors.js';
import { type Prefix, parsePrefix } from '../../src/ip/prefix.js';
import { parseServerConfig } from '../../src/zone/server-config.js';

const network = (text: string): Prefix => {
  const read = parsePrefix(text);
  if ('fault' in read) throw new Error(read.fault);
  return read;
};

const DEFAULTS = {
  zones: 'zones',
  state: '.geopool',
  answering: {
    rateLimit: {
      enabled: true,
      rate: 50,
      burst: 125,
      slip: 1,
      dryRun: false,
      exempt: [network('127.0.0.0/8'), network('::1/128')],
      tableSize: 65_536,
    },
    cookies: { enabled: true, required: false },
    chaos: {},
  },
  tcp: {},
  notify: { every: 60_000 },
  resolve: { interval: 60_000 },
  http: { hosts: [] },
  geo: {},
};

/** The details of the error that a text makes. */
function detailsOf(text: string): readonly string[] {
  try {
    parseServerConfig(text, 'geopool.yaml');
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'CONFIG_INVALID') return error.details;
    throw error;
  }
  return [];
}

t.test('nothing stated, nothing but defaults', async (t) => {
  for (const text of ['', '# comments only\n', '{}'])
    t.same(parseServerConfig(text, 'geopool.yaml'), DEFAULTS);
});

t.test('every key', async (t) => {
  const text = `
listen: ["192.0.2.53:53", "[2001:db8::53]:53"]
zones: /etc/geopool/zones
state: /var/lib/geopool
control: /run/geopool/control.sock
workers: 4
rate_limit: { enabled: false, rate: 20, burst: 40, slip: 2, dry_run: true, exempt: 192.0.2.0/24, table_size: 5000 }
cookies: { enabled: false, secret_file: /etc/geopool/cookie_secrets, required: true }
nsid: ns1.example.org
chaos: { version: none of your business, id: ns1 }
tcp: { connections: 500, connections_per_network: 50, idle_timeout: 20s, exchange_timeout: 2500ms }
notify: { webhook: https://chat.example/hooks/s3cret, exec: [/bin/page, --to, ops], every: 5m }
resolve: { servers: [192.0.2.53, "[2001:db8::53]:5353"], interval: 5m }
http: { listen: ["192.0.2.53:8080", "[2001:db8::53]:8080"], hosts: [ns1.example.org] }
geo:
  city: /var/lib/GeoIP/GeoLite2-City.mmdb
  asn: /var/lib/GeoIP/GeoLite2-ASN.mmdb
  map_memory: 64MB
  update:
    account_id: 123456
    license_key: abc
    editions: [GeoLite2-Country]
    schedule: 5  4 * * MON
    host: mirror.example.net
`;
  t.same(parseServerConfig(text, 'geopool.yaml'), {
    listen: [
      { host: '192.0.2.53', port: 53 },
      { host: '2001:db8::53', port: 53 },
    ],
    zones: '/etc/geopool/zones',
    state: '/var/lib/geopool',
    control: '/run/geopool/control.sock',
    workers: 4,
    answering: {
      rateLimit: {
        enabled: false,
        rate: 20,
        burst: 40,
        slip: 2,
        dryRun: true,
        exempt: [network('192.0.2.0/24')],
        tableSize: 8192,
      },
      cookies: { enabled: false, secretFile: '/etc/geopool/cookie_secrets', required: true },
      nsid: 'ns1.example.org',
      chaos: { version: 'none of your business', id: 'ns1' },
    },
    tcp: { connections: 500, perNetwork: 50, idle: 20_000, exchange: 2500 },
    notify: {
      webhook: 'https://chat.example/hooks/s3cret',
      exec: ['/bin/page', '--to', 'ops'],
      every: 300_000,
    },
    resolve: { servers: ['192.0.2.53', '[2001:db8::53]:5353'], interval: 300_000 },
    http: {
      listen: [
        { host: '192.0.2.53', port: 8080 },
        { host: '2001:db8::53', port: 8080 },
      ],
      hosts: ['ns1.example.org'],
    },
    geo: {
      city: '/var/lib/GeoIP/GeoLite2-City.mmdb',
      asn: '/var/lib/GeoIP/GeoLite2-ASN.mmdb',
      mapMemory: 64_000_000,
      update: {
        accountId: '123456',
        licenseKey: 'abc',
        editions: ['GeoLite2-Country'],
        schedule: '5 4 * * MON',
        host: 'https://mirror.example.net',
      },
    },
  });
});

t.test('defaults of updates', async (t) => {
  const { geo } = parseServerConfig(
    'geo: { update: { account_id: "42", license_key_file: /run/key } }',
    'g.yaml',
  );
  t.same(geo.update, {
    accountId: '42',
    licenseKeyFile: '/run/key',
    editions: ['GeoLite2-City', 'GeoLite2-ASN'],
    schedule: '23 4 * * *',
    host: 'https://updates.maxmind.com',
  });
});

t.test('a lone address to listen on', async (t) => {
  t.same(parseServerConfig('listen: 127.0.0.1:53', 'g.yaml').listen, [{ host: '127.0.0.1', port: 53 }]);
});

t.test('faults have places, all of them', async (t) => {
  const text = `listen: ["localhost:53"]
zone: zones
state: ""
workers: 0
tcp: { connections: 10, connections_per_network: 11, idle_timeout: 37, exchange_timeout: 1ms }
geo:
  update:
    account_id: -5
    license_key_file: a
    license_key: 12345
    editions: [../../etc/passwd]
    schedule: daily
    host: ftp://example.net
`;
  const expected = [
    /^geopool.yaml:1:10: "localhost:53" is not an address to listen on/,
    /^geopool.yaml:2:1: unknown key "zone"; did you mean "zones"\?/,
    /^geopool.yaml:3:8: "state" is empty/,
    /^geopool.yaml:4:10: workers 0 is out of range, expected 1 to/,
    /^geopool.yaml:5:50: connections_per_network 11 is more than connections, which is 10$/,
    /^geopool.yaml:5:68: idle_timeout must have a unit: write 37s for 37 seconds$/,
    /^geopool.yaml:5:90: exchange_timeout 1ms is out of range, expected 500ms to 1m$/,
    /^geopool.yaml:8:17: account_id -5 is out of range/,
    /^geopool.yaml:9:5: "license_key_file" beside "license_key"/,
    /^geopool.yaml:10:18: "license_key" must be text: put it in quotes$/,
    /^geopool.yaml:11:16: ".*" is not the name of a database/,
    /^geopool.yaml:12:15: "daily" is not a schedule, expected five fields/,
    /^geopool.yaml:13:11: host "ftp:\/\/example.net" is not one/,
  ];
  const details = detailsOf(text);
  t.match(details, expected);
  t.equal(details.length, expected.length);
});

t.test('faults in how answers are given', async (t) => {
  const text = `rate_limit: { rate: 0, burst: 1.5, slip: -1, dry_run: maybe, exempt: [192.0.2.1, 192.0.2.1/24], table_size: 1 }
cookies: { enabled: 1, secret_file: "", require: true }
nsid: ""
chaos: { version: 5, id: "${'é'.repeat(65)}", name: x }
`;
  const expected = [
    /^geopool.yaml:1:21: rate 0 is out of range, expected 1 to 1000000$/,
    /^geopool.yaml:1:31: burst must be a whole number/,
    /^geopool.yaml:1:42: slip -1 is out of range, expected 0 to 100$/,
    /^geopool.yaml:1:55: "dry_run" must be true or false$/,
    /^geopool.yaml:1:71: "192.0.2.1" has no length: write 192.0.2.1\/32/,
    /^geopool.yaml:1:82: "192.0.2.1\/24": bits behind \/24 are set/,
    /^geopool.yaml:1:109: table_size 1 is out of range/,
    /^geopool.yaml:2:21: "enabled" must be true or false$/,
    /^geopool.yaml:2:37: "secret_file" is empty/,
    /^geopool.yaml:2:41: unknown key "require"; did you mean "required"\?$/,
    /^geopool.yaml:3:7: a text of 0 octets, expected 1 to 128/,
    /^geopool.yaml:4:19: "version" must be text/,
    /^geopool.yaml:4:26: a text of 130 octets/,
    /^geopool.yaml:4:\d+: unknown key "name"/,
  ];
  const details = detailsOf(text);
  t.match(details, expected);
  t.equal(details.length, expected.length);
  t.match(detailsOf('rate_limit: { burst: 5000 }'), [
    /:1:22: burst 5000 is more than 60 seconds of 50 a second/,
  ]);
  t.match(detailsOf('rate_limit: { rate: 1 }'), [/:1:21: burst 125 is more than 60 seconds of 1 a second/]);
});

t.test('other wrong files', async (t) => {
  t.match(detailsOf('listen: [\n'), [/^geopool.yaml:2:1: YAML/]);
  t.match(detailsOf('[]'), [/^geopool.yaml:1:1: the file must be a mapping, found a list/]);
  t.match(detailsOf('listen: []'), [/^geopool.yaml:1:1: "listen" is empty/]);
  t.match(detailsOf('listen: ["[::1]:53", "[0::1]:53"]'), [/:1:22: ::1 port 53 is listed twice/]);
  t.match(detailsOf('listen: ["0.0.0.0:53", "127.0.0.1:53"]'), [/:1:24: 0.0.0.0 port 53 stands for 127/]);
  t.match(detailsOf('geo: { update: { account_id: 999999 } }'), [/:1:30: "999999" is a placeholder/]);
  t.match(detailsOf('state: a\nstate: b'), [/:2:1: duplicate key "state", first at line 1/]);
  t.match(detailsOf('geo:'), [/:1:1: "geo" must be a mapping, found nothing/]);
  t.same(detailsOf('listen: ["127.0.0.1:0", "127.0.0.1:0"]'), [], 'any two free ports');
});

t.test('faults of notify, none of which has the secret', async (t) => {
  t.match(detailsOf('notify: { webhook: "ftp://s3cret" }'), [
    /:1:20: "webhook" is no URL, expected one such as/,
  ]);
  t.match(detailsOf('notify: { exec: [] }'), [/:1:11: "exec" is empty, expected a command/]);
  t.match(detailsOf('notify: { exec: page }'), [/"exec" must be a list/]);
  t.match(detailsOf('notify: { every: 2d }'), [/every 2d is out of range, expected 0ms to 1d/]);
  t.match(detailsOf('notify: { webhok: x }'), [/unknown key "webhok"; did you mean "webhook"/]);
  t.notMatch(detailsOf('notify: { webhook: "ftp://s3cret" }').join(), /s3cret/);
});

t.test('no message has a license key', async (t) => {
  for (const text of [
    'license_key: [s3cret]',
    'licence_key: s3cret',
    'license_key: s3cret\n    license_key_file: a',
    'license_key: s3cret\n    license_key: s3cret',
  ]) {
    const details = detailsOf(`geo:\n  update:\n    ${text}\n`);
    t.equal(details.length, 1);
    t.notMatch(details.join('\n'), /s3cret/);
  }
  t.notMatch(detailsOf('geo: { update: { host: "https://user:s3cret@example.net" } }').join(), /s3cret/);
});
