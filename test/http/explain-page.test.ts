import t from 'tap';
import { GeopoolError } from '../../src/platform/errors.js';
import { EXPLAIN, EXPLANATION, open } from './open-site.js';

t.test('an explanation, what is wrong with a question, and one that another site asks', async (t) => {
  const refused = await open({
    explain: async ({ from }) => {
      throw new GeopoolError('REQUEST_REFUSED', `${from} is not an IP address`);
    },
  });
  const failed = { instead: 'SERVFAIL', extended_error: 'no mirror is for this client' } as const;
  const unsaid = await open({ explain: async () => ({ ...EXPLANATION, ...failed }) });
  t.match((await unsaid.ask(EXPLAIN)).body, /The answer is SERVFAIL \(no mirror is for this client\)\./);
  const { ask } = await open();
  const { body } = await ask(EXPLAIN);
  for (const word of ['Germany', 'scope /24', 'Panic', '100 %', 'value="198.51.100.7"'])
    t.ok(body.includes(word), word);
  t.match(await refused.ask('/explain?name=dl.example.org&from=x'), {
    status: 422,
    body: /x is not an IP address/,
  });
  const foreign = await ask(EXPLAIN, { 'sec-fetch-site': 'cross-site' });
  t.equal(foreign.status, 403);
  t.notMatch(foreign.body, /Germany/);
  t.equal(
    (await ask('/explain?name=dl.example.org', { 'sec-fetch-site': 'cross-site' })).status,
    200,
    'the form alone',
  );
});
