import { join } from 'node:path';
import t from 'tap';
import { groupId, groupName } from '../../src/platform/group.js';

t.test('a group is found by its whole name', async (t) => {
  const directory = t.testdir({ group: 'root:x:0:\ngeopool-admin:x:7:\ngeopool:x:112:nagios\nhalf:x\n' });
  const id = (name: string): number | undefined => groupId(name, join(directory, 'group'));
  t.equal(id('root'), 0);
  t.equal(id('geopool'), 112);
  t.equal(id('geo'), undefined);
  t.equal(id('half'), undefined, 'a line that is cut');
  t.equal(groupName(112, join(directory, 'group')), 'geopool');
  t.equal(groupName(11, join(directory, 'group')), undefined);
  t.equal(groupId('root', join(directory, 'none')), undefined, 'a host without a list');
});
