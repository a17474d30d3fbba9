import t from 'tap';
import { configFaults } from './config-faults.js';

t.test('faults of notify, none of which has the secret', async (t) => {
  t.match(configFaults('notify: { webhook: "ftp://s3cret" }'), [
    /:1:20: "webhook" is not a URL, expected one such as/,
  ]);
  t.match(configFaults('notify: { exec: [] }'), [/:1:11: "exec" is empty, expected a command/]);
  t.match(configFaults('notify: { exec: page }'), [/"exec" must be a list/]);
  t.match(configFaults('notify: { every: 2d }'), [/every 2d is out of range, expected 0ms to 1d/]);
  t.match(configFaults('notify: { webhok: x }'), [/unknown key "webhok"; did you mean "webhook"/]);
  t.notMatch(configFaults('notify: { webhook: "ftp://s3cret" }').join(), /s3cret/);
});
