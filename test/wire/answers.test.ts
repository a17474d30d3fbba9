import { encode } from 'dns-packet';
import t from 'tap';
import { answersIn } from '../../src/wire/answers.js';

const message = encode({
  type: 'response',
  questions: [{ type: 'A', name: 'a.example' }],
  answers: [
    { type: 'CNAME', name: 'a.example', ttl: 7, data: 'b.example' },
    { type: 'A', name: 'b.example', ttl: 2 ** 31, data: '192.0.2.1' },
    { type: 'A', name: 'b.example', ttl: 5, data: '192.0.2.2' },
  ],
});

t.test('the records of a type, with names compressed or not', async (t) => {
  const records = answersIn(message, 1).map(({ ttl, data }) => [ttl, [...data]]);
  t.same(records, [
    [2 ** 31, [192, 0, 2, 1]],
    [5, [192, 0, 2, 2]],
  ]);
  t.same(answersIn(message, 28), []);
});

t.test('an answer that is cut throws, wherever that is', async (t) => {
  for (let length = 0; length < message.length; length++) {
    t.throws(() => answersIn(message.subarray(0, length), 1), RangeError, String(length));
  }
});
