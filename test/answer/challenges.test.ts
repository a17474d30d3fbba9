/** Challenges in shared memory: found by name, replaced while others read, and never more than there is room for. */
import t from 'tap';
import {
  type Challenges,
  findEntry,
  isStill,
  newChallenges,
  readingAt,
  recordCount,
  replaceChallenges,
} from '../../src/answer/challenges.js';
import { encodeName } from '../../src/wire/names.js';

/** How many tokens a name has; -1: it is not there. */
function tokensAt(challenges: Challenges, name: string, version = readingAt(challenges)): number {
  const wire = encodeName(name);
  const entry = findEntry(challenges, version, new DataView(wire.buffer), 0, wire.length);
  return entry < 0 ? -1 : recordCount(challenges, entry);
}

t.test('names and those above them, whatever their case', async (t) => {
  const challenges = newChallenges();
  t.equal(tokensAt(challenges, 'a.example.org'), -1);
  t.ok(replaceChallenges(challenges, new Map([['a.example.org', ['one', 'two']]])));
  t.equal(tokensAt(challenges, 'A.Example.org'), 2);
  t.equal(tokensAt(challenges, 'example.org'), 0);
  t.equal(tokensAt(challenges, 'b.example.org'), -1);
  t.equal(tokensAt(challenges, 'x.a.example.org'), -1);
  const both = new Map([
    ['a.example.org', ['one']],
    ['example.org', ['two', 'three', 'four']],
  ]);
  t.ok(replaceChallenges(challenges, both));
  t.equal(tokensAt(challenges, 'a.example.org'), 1);
  t.equal(tokensAt(challenges, 'example.org'), 3, 'it is one above another and has its own');
});

t.test('who reads while it changes once sees what was; who reads on is told', async (t) => {
  const challenges = newChallenges();
  const serve = (name: string) => replaceChallenges(challenges, new Map([[name, ['x']]]));
  serve('one');
  const version = readingAt(challenges);
  serve('two');
  t.equal(tokensAt(challenges, 'one', version), 1);
  t.ok(isStill(challenges, version));
  serve('three');
  t.notOk(isStill(challenges, version));
  t.equal(tokensAt(challenges, 'three'), 1);
});

t.test('more than there is room for is refused, and nothing changes', async (t) => {
  const challenges = newChallenges();
  replaceChallenges(challenges, new Map([['kept', ['x']]]));
  const names = Array.from({ length: 1025 }, (_, i) => [`n${i}`, ['x']] as const);
  t.notOk(replaceChallenges(challenges, new Map(names)), 'names');
  t.notOk(replaceChallenges(challenges, new Map([['a', Array(500).fill('x'.repeat(255))]])), 'octets');
  t.equal(tokensAt(challenges, 'kept'), 1);
  t.ok(replaceChallenges(challenges, new Map(names.slice(1))));
});
