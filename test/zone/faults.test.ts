/** Faults at their places, each once, in the order of the file. */
import t from 'tap';
import { faultOfFile, formatFault, newFaultList } from '../../src/zone/faults.js';
import { readYaml } from '../../src/zone/read-yaml.js';

function listOf(text: string) {
  const { root } = readYaml(text);
  if (root === undefined) throw new Error('no root');
  const faults = newFaultList('z.yaml', root);
  return { root, faults, said: () => faults.sorted().map(formatFault) };
}
const TEXT = 'a:\n  b: 1\n  c: [x, y]\nd: 2\n';

t.test('at a key, at a value, and at whatever lacks a key', async (t) => {
  const { faults, said } = listOf(TEXT);
  faults.atValue(['d'], 'value');
  faults.atKey(['d'], 'key');
  faults.atValue(['a', 'c', 1], 'item');
  faults.atKey(['a', 'x', 'y'], 'missing');
  faults.atValue(['d', 0], 'a lone value for a list');
  faults.atKey(['x'], 'missing in the file');
  t.same(said(), [
    'z.yaml:1:1: missing',
    'z.yaml:1:1: missing in the file',
    'z.yaml:3:10: item',
    'z.yaml:4:1: key',
    'z.yaml:4:4: value',
    'z.yaml:4:4: a lone value for a list',
  ]);
});

t.test('the same is said once, and in one line whatever it quotes', async (t) => {
  const { faults, said } = listOf(TEXT);
  for (let i = 0; i < 2; i++) faults.atValue(['d'], 'two\nlines');
  t.equal(said().length, 1);
  t.notMatch(said().join(), '\n');
  t.equal(formatFault(faultOfFile('x', 'too large')), 'x:1:1: too large');
});

t.test('what is above a fault is faulty, and what lies beside it is not', async (t) => {
  const { faults } = listOf(TEXT);
  faults.atValue(['a', 'c', 0], 'x');
  t.same([['a'], ['a', 'c'], ['a', 'c', 0], ['a', 'c', 1], ['a', 'b'], ['d'], ['z']].map(faults.isFaulty), [
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

t.test('a key that is refused or ignored is left out, but is there', async (t) => {
  const { root, faults, said } = listOf(TEXT);
  faults.refuseKey(['a', 'b'], 'no such key');
  t.equal(faults.ignoreKey(['d']), true);
  t.equal(faults.ignoreKey(['e']), false);
  t.same(said(), ['z.yaml:2:3: no such key']);
  t.same([root, faults.has(['d']), faults.keysAt([])].slice(1), [true, ['a', 'd']]);
  t.same(faults.keysAt(['a', 'c']), [], 'a list has no keys');
});
