import t from 'tap';
import { configFaults } from './config-faults.js';

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
  const details = configFaults(text);
  t.match(details, expected);
  t.equal(details.length, expected.length);
  t.match(configFaults('rate_limit: { burst: 5000 }'), [
    /:1:22: burst 5000 is more than 60 seconds of 50 a second/,
  ]);
  t.match(configFaults('rate_limit: { rate: 1 }'), [
    /:1:21: burst 125 is more than 60 seconds of 1 a second/,
  ]);
});
