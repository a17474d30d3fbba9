/** Where names, nodes and answers come to lie. */
import t from 'tap';
import { ANSWER, NODE } from '../../../src/answer/table.js';
import { lettersOf } from '../../../src/wire/names.js';
import { EXAMPLE, PLACES } from '../../answer/zones.js';
import { makeTable } from '../make-table.js';

const LINE = 64;
const LONG = `${'a1-'.repeat(20)}a`;
const ZONES = [
  EXAMPLE,
  ...['x', 'yy', 'zzz', LONG].map((label) => EXAMPLE.replaceAll('example.org', `${label}.example.org`)),
];
const { names, answers } = makeTable(ZONES, { locations: PLACES }).table;

t.test('a node, an answer, and a name with its letters are in one line where they fit', async (t) => {
  t.equal(LINE % (NODE.WORDS * 4), 0);
  t.equal(LINE, ANSWER.WORDS * 4);
  t.equal(answers.length % ANSWER.WORDS, 0);
  let long = 0;
  for (let node = 0; node < names.nodes.length; node += NODE.WORDS) {
    const at = names.nodes[node + NODE.NAME] ?? -1;
    const length = names.nodes[node + NODE.NAME_LENGTH] ?? 0;
    const octets = new Uint8Array(names.octets.buffer, at, 2 * length);
    t.same(octets.subarray(length), lettersOf(octets.subarray(0, length)));
    if (2 * length > LINE) long++;
    else t.equal(Math.floor(at / LINE), Math.floor((at + 2 * length - 1) / LINE));
    t.equal((names.nodes[node + NODE.FIRST] ?? -1) % ANSWER.WORDS, 0);
  }
  t.ok(long > 0, 'and there were names that do not fit');
});
