/**
 * Parsing of anything: it never throws and reads nothing outside the message. Where a buffer ends right behind the
 * message, reading on throws; where it goes on, what lies there must not matter.
 */
import fc from 'fast-check';
import t from 'tap';
import { newQuery } from '../../src/wire/query.js';
import { anyMessage } from '../any-message.js';
import { digest, parse, parseAt } from './parse.js';

t.test('a message that fills its buffer is parsed without a look beyond it', async () => {
  const kept = newQuery();
  fc.assert(
    fc.property(anyMessage, (message) => {
      const exact = Uint8Array.from(message);
      parse(exact, kept);
    }),
    { numRuns: 5000 },
  );
});

t.test('what lies around a message, and where it is, changes nothing', async () => {
  const surroundings = fc.uint8Array({ maxLength: 300 });
  const kept = newQuery();
  fc.assert(
    fc.property(anyMessage, surroundings, surroundings, (message, before, after) => {
      const alone = digest(parse(message), 0);
      const buffer = Uint8Array.from([...before, ...message, ...after]);
      const untouched = buffer.slice();
      const inside = digest(parseAt(buffer, before.length, message.length, kept), before.length);
      return inside === alone && Buffer.compare(buffer, untouched) === 0;
    }),
    { numRuns: 5000 },
  );
});

t.test('mutated queries are of every shape', async (t) => {
  const shapes = new Set(
    fc.sample(anyMessage, { numRuns: 2000, seed: 7 }).map((message) => parse(message).shape),
  );
  t.same([...shapes].sort(), ['BAD_AFTER_QUESTION', 'BAD_QUESTION', 'GOOD', 'NO_QUESTION', 'SILENCE']);
});
