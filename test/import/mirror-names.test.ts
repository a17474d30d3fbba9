import t from 'tap';
import { asMirrorName, newMirrorNames } from '../../src/import/mirror-names.js';
import { MIRROR_NAME_PATTERN } from '../../src/zone/schema.js';

t.test('any text becomes a name, and each is one', async (t) => {
  for (const text of ['A b', '', '-x-', '--', 'é', 'x'.repeat(99), 'mirror.example', 'a/b'])
    t.match(asMirrorName(text), new RegExp(MIRROR_NAME_PATTERN), text);
  const names = newMirrorNames();
  t.same(['A', 'a', 'a', 'b'].map(names.take), ['a', 'a-2', 'a-3', 'b']);
  t.match(names.take('x'.repeat(63)), /^x{63}$/);
  t.match(names.take('x'.repeat(63)), /^x{58}-2$/);
});
