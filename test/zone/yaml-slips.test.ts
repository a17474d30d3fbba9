import t from 'tap';
import { readYaml } from '../../src/zone/read-yaml.js';
import { addressReadAsMapping, slipsIn } from '../../src/zone/yaml-slips.js';

t.test('each conflict is said once, and one that is half cleaned up too', async (t) => {
  const conflict = '<<<<<<< HEAD\na: 1\n||||||| base\na: 0\n=======\na: 2\n>>>>>>> theirs\n';
  t.match(slipsIn(`${conflict}b: 1\n${conflict}`), { 0: { line: 1 }, 1: { line: 9 }, length: 2 });
  t.match(slipsIn('a: 1\n=======\na: 2\n>>>>>>> theirs\n'), { 0: { line: 2 }, length: 1 });
  t.same(slipsIn('# ======= not at the beginning\n========\na: <<<<<<<\n'), []);
});

t.test('line ends of Windows are none of our business, lone carriage returns are', async (t) => {
  t.same(slipsIn('a: 1\r\nb: 2\r\n'), []);
  t.match(slipsIn('a: 1\r\nb: 2\rc: 3\r'), { 0: { line: 2, column: 5 }, length: 1 });
});

t.test('where an address without quotes is no YAML, the complaint says so', async (t) => {
  const said = (text: string): string | undefined => readYaml(text).faults[0]?.message;
  t.match(said('listen: [::]:53'), /; put the IPv6 address in quotes: "\[::\]:53"$/);
  t.match(said('listen:\n  - [2001:db8::1]:53\n'), /in quotes: "\[2001:db8::1\]:53"$/);
  t.match(said('a: { b: 2001:db8:: }'), /in quotes: "2001:db8::"$/);
  for (const quoted of ['a: "2001:db8::" b', "a: '::' b", 'a: [ # 2001:db8::1']) {
    t.match(said(quoted), /^YAML: |no \] behind it$/);
    t.notMatch(said(quoted), /quotes: /, quoted);
  }
});

t.test('which mappings are addresses', async (t) => {
  t.equal(addressReadAsMapping({ '2001:db8:': null }), '2001:db8::');
  t.equal(addressReadAsMapping({ ':': null }), '::');
  for (const other of [{}, { a: null }, { ':': null, a: 1 }, [':'], '::', null, { '192.0.2.1': null }]) {
    t.equal(addressReadAsMapping(other), undefined, JSON.stringify(other));
  }
});
