import t from 'tap';
import { readRefusal } from '../../src/control/refusal.js';

t.test('codes that a server may hand on are kept, all others are refusals', async (t) => {
  const read = (code: string) => readRefusal({ error: { code, message: 'm', details: ['d'] } });
  t.match(read('ZONE_INVALID'), { code: 'ZONE_INVALID', message: 'm', details: ['d'] });
  for (const code of ['USAGE', 'SERVER_UNREACHABLE', 'nonsense'])
    t.equal(read(code)?.code, 'REQUEST_REFUSED');
});

t.test('what is none of ours is none', async (t) => {
  t.same(readRefusal({ error: { code: 'X', message: 'm' } })?.details, []);
  for (const value of [undefined, null, 'error', {}, { error: 'x' }, { error: { code: 5, message: 'm' } }]) {
    t.equal(readRefusal(value), undefined);
  }
});
