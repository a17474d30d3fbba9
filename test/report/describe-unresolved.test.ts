import t from 'tap';
import { describeUnresolved } from '../../src/report/describe-unresolved.js';

t.test('whose name it is, and what is answered meanwhile', async (t) => {
  const host = { hostname: 'm.example', addresses: ['192.0.2.1'], error: 'no such name: m.example' };
  t.equal(
    describeUnresolved({ ...host, mirrors: ['dl.example.org/m'] }),
    'no such name: m.example (dl.example.org/m); its last known addresses stay',
  );
  t.equal(
    describeUnresolved({ ...host, addresses: [], mirrors: ['a/m', 'b/m', 'c/m', 'd/m', 'e/m', 'f/m'] }),
    'no such name: m.example (a/m, b/m, c/m, d/m, 2 more); no address is known, so it is in no answer',
  );
  t.equal(
    describeUnresolved(host),
    'no such name: m.example; its last known addresses stay',
    'of an older server',
  );
  t.equal(describeUnresolved({ hostname: 'm.example', addresses: [] }), undefined);
});
