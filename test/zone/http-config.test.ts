import t from 'tap';
import { parseServerConfig } from '../../src/zone/server-config.js';

function httpOf(text: string) {
  return parseServerConfig(`http: ${text}\n`, 'geopool.yaml').http;
}

t.test('an address, several, or off', async (t) => {
  t.same(parseServerConfig('', 'geopool.yaml').http, { hosts: [] });
  t.same(httpOf('{ listen: "127.0.0.1:5381" }').listen, [{ host: '127.0.0.1', port: 5381 }]);
  t.same(httpOf('{ listen: ["127.0.0.1:80", "[::1]:80"] }').listen, [
    { host: '127.0.0.1', port: 80 },
    { host: '::1', port: 80 },
  ]);
  t.same(httpOf('{ listen: off }').listen, []);
  t.same(httpOf('{ hosts: [Status.Example.ORG., b.example] }').hosts, ['status.example.org', 'b.example']);
});

t.test('what is wrong says what to write', async (t) => {
  const cases: Readonly<Record<string, RegExp>> = {
    '{ listen: 192.0.2.1 }': /:1:17: .*write 192\.0\.2\.1:5380, with the port; "off" turns it off/,
    '{ listen: [] }': /"listen" is empty/,
    '{ listen: ["127.0.0.1:80", off] }': /"off" beside addresses/,
    '{ listen: ["127.0.0.1:80", "127.0.0.1:80"] }': /listed twice/,
    '{ hosts: [192.0.2.1] }': /is an address/,
    '{ host: x }': /unknown key "host"/,
  };
  for (const [text, message] of Object.entries(cases)) {
    t.throws(() => httpOf(text), { code: 'CONFIG_INVALID', details: [message] }, text);
  }
});
