/** What the server says about itself. */
import t from 'tap';
import { chaosAnswers } from '../../src/answer/chaos.js';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { makeTable } from '../compile/make-table.js';
import type { Asked } from '../dns-message.js';
import { clientOf } from './policies.js';
import { EXAMPLE, PLACES } from './zones.js';

const { table } = makeTable([EXAMPLE], { locations: PLACES });
const NAME = 'dl.example.org';

t.test('CHAOS: refused unless there is something to say', async (t) => {
  const names = ['version.bind', 'version.server', 'id.server', 'hostname.bind', 'authors.bind', 'bind', ''];
  const chaos = (name: string): Asked => ({ name, class: 3, type: 'TXT' });
  const silent = clientOf(table, PLAIN_POLICY);
  for (const name of names) t.equal(silent.ask(chaos(name)).rcode, 5, name);
  const { ask } = clientOf(table, {
    ...PLAIN_POLICY,
    chaos: chaosAnswers({ version: 'geopool', id: 'ñs1' }),
  });
  const said = names.map((name) => ask(chaos(name)).answers.join());
  t.same(said, [
    'version.bind 0 CH TXT "geopool"',
    'version.server 0 CH TXT "geopool"',
    'id.server 0 CH TXT "ñs1"',
    'hostname.bind 0 CH TXT "ñs1"',
    '',
    '',
    '',
  ]);
  t.equal(ask(chaos('VERSION.Bind')).question, 'VERSION.Bind 3 16', 'the question as it came');
  t.same([ask(chaos('VERSION.Bind')).answers.length, ask(chaos('version.bind')).aa], [1, true]);
  t.equal(ask({ name: 'version.bind', class: 3, type: 'ANY' }).answers.length, 1);
  t.equal(ask({ name: 'version.bind', class: 3, type: 'A' }).rcode, 5);
  t.equal(ask({ name: 'version.bind', type: 'TXT' }).rcode, 5, 'of class IN it is a name like any other');
  t.equal(ask({ name: NAME, class: 3, type: 'TXT' }).rcode, 5);
  const one = clientOf(table, { ...PLAIN_POLICY, chaos: chaosAnswers({ id: 'ns1' }) });
  t.same([one.ask(chaos('version.bind')).rcode, one.ask(chaos('id.server')).rcode], [5, 0]);
});
