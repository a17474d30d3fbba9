import t from 'tap';
import { type Prefix, parsePrefix } from '../../src/ip/prefix.js';
import { parseServerConfig } from '../../src/zone/server-config.js';
import { configFaults } from './config-faults.js';

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

t.test('nothing stated, nothing but defaults', async (t) => {
  for (const text of ['', '# comments only\n', '{}'])
    t.same(parseServerConfig(text, 'geopool.yaml'), DEFAULTS);
});

t.test('every key', async (t) => {
  const text = `
listen: ["192.0.2.53:53", "[2001:db8::53]:53", "tls://192.0.2.53:853"]
tls: { certificate: /etc/geopool/tls.crt, key: /etc/geopool/tls.key, handshakes_per_network: 50 }
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
      { host: '192.0.2.53', port: 853, tls: true },
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
    tls: { certificate: '/etc/geopool/tls.crt', key: '/etc/geopool/tls.key', handshakes: 50 },
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
  const details = configFaults(text);
  t.match(details, expected);
  t.equal(details.length, expected.length);
});

t.test('TLS: what is missing', async (t) => {
  t.same(configFaults('listen: [127.0.0.1:53, tls://127.0.0.1:853]'), [
    'geopool.yaml:1:24: an address for TLS needs a certificate: add "tls: { certificate: FILE, key: FILE }"',
  ]);
  t.match(configFaults('tls: { certificate: a }'), [/^geopool.yaml:1:1: .*key/]);
  t.same(configFaults('{ listen: tls://127.0.0.1:853, tls: { certificate: a, key: b } }'), [
    'geopool.yaml:1:3: "listen" has addresses for TLS alone: add one for UDP and TCP, which all clients try',
  ]);
  t.match(configFaults('tls: { certificate: a, key: b, handshakes_per_network: 0 }'), [/out of range/]);
});

t.test('other wrong files', async (t) => {
  t.match(configFaults('listen: [\n'), [/^geopool.yaml:1:9: the \[ that begins here has no \]/]);
  t.match(configFaults('[]'), [/^geopool.yaml:1:1: the file must be a mapping, found a list/]);
  t.match(configFaults('listen: []'), [/^geopool.yaml:1:1: "listen" is empty/]);
  t.match(configFaults('listen: ["[::1]:53", "[0::1]:53"]'), [/:1:22: ::1 port 53 is listed twice/]);
  t.match(configFaults('listen: ["0.0.0.0:53", "127.0.0.1:53"]'), [/:1:24: 0.0.0.0 port 53 stands for 127/]);
  t.match(configFaults('geo: { update: { account_id: 999999 } }'), [/:1:30: "999999" is a placeholder/]);
  t.match(configFaults('state: a\nstate: b'), [/:2:1: duplicate key "state", first at line 1/]);
  t.match(configFaults('geo:'), [/:1:1: "geo" must be a mapping, found nothing/]);
  t.same(configFaults('listen: ["127.0.0.1:0", "127.0.0.1:0"]'), [], 'any two free ports');
});

t.test('no message has a license key', async (t) => {
  for (const text of [
    'license_key: [s3cret]',
    'licence_key: s3cret',
    'license_key: s3cret\n    license_key_file: a',
    'license_key: s3cret\n    license_key: s3cret',
  ]) {
    const details = configFaults(`geo:\n  update:\n    ${text}\n`);
    t.equal(details.length, 1);
    t.notMatch(details.join('\n'), /s3cret/);
  }
  t.notMatch(configFaults('geo: { update: { host: "https://user:s3cret@example.net" } }').join(), /s3cret/);
});
