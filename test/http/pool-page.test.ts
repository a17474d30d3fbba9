import t from 'tap';
import { open, POOL } from './open-site.js';

t.test('the page of a pool, which nobody remembers anything of', async (t) => {
  const { body, status } = await (await open()).ask(POOL);
  t.equal(status, 200);
  for (const word of [
    '1\u00a0aurora',
    '192.0.2.20',
    'disabled by an operator',
    'Nothing is remembered',
    'China, India',
    'What each member of the fleet sees',
    'ns2.example.net',
    '<span class="down">down</span> for <time',
  ]) {
    t.ok(body.includes(word), word);
  }
});
