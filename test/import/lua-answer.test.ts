import t from 'tap';
import { readLua } from '../../src/import/lua.js';
import { luaAnswer, luaClients } from '../../src/import/lua-answer.js';

function answerOf(code: string) {
  const [branch] = readLua(code) ?? [];
  const answer = branch && luaAnswer(branch.value);
  const { probe, tiers, choice, left } = answer ?? {};
  return (
    answer && {
      tiers: tiers?.map((tier) =>
        tier.map(({ address, weight }) => (weight === undefined ? address : `${weight} ${address}`)),
      ),
      choice,
      left,
      ...(probe && { probe: Object.fromEntries(probe.entries.map(({ key, value }) => [key, value])) }),
    }
  );
}

t.test('ways to choose', async (t) => {
  const choices = {
    "'192.0.2.1'": 'all',
    "{'192.0.2.1'}": 'all',
    "all({'192.0.2.1'})": 'all',
    "pickclosest({'192.0.2.1'})": 'closest',
    "pickrandom({'192.0.2.1'})": 'random',
    "pickhashed({'192.0.2.1'})": 'hash',
    "ifportup(443, {'192.0.2.1'})": 'random',
    "pickclosest(ifportup(443, {'192.0.2.1'}, {selector='all'}))": 'closest',
  };
  for (const [code, choice] of Object.entries(choices))
    t.match(answerOf(code), { tiers: [['192.0.2.1']], choice }, code);
});

t.test('weights, and one after another', async (t) => {
  t.match(answerOf("pickwrandom({{10, '192.0.2.1'}, {1, '2001:DB8::1'}})"), {
    tiers: [['10 192.0.2.1', '1 2001:db8::1']],
    choice: 'random',
  });
  t.match(answerOf("pickwhashed({{10, '192.0.2.1'}})"), { choice: 'hash' });
  t.match(answerOf("ifurlup('https://a.example/', {{'192.0.2.1', '192.0.2.2'}, {'192.0.2.3'}})"), {
    tiers: [['192.0.2.1', '192.0.2.2'], ['192.0.2.3']],
  });
});

t.test('what is asked before, and what has no like', async (t) => {
  t.same(
    answerOf(
      "ifurlup('https://a.example:8443/x', {'192.0.2.1'}, {selector='pickclosest', stringmatch='ok', timeout=3, interval=10, minimumFailures=2, useragent='u', source='::1'})",
    ),
    {
      tiers: [['192.0.2.1']],
      choice: 'closest',
      left: ["useragent='u'", "source='::1'"],
      probe: {
        type: 'https',
        port: 8443,
        host: 'a.example',
        path: '/x',
        contains: 'ok',
        timeout: '3s',
        interval: '10s',
        fall: 2,
      },
    },
  );
  t.same(answerOf("ifportup(443, '192.0.2.1')")?.probe, { type: 'tcp', port: 443 });
});

t.test('a URL is asked with its query', async (t) => {
  t.match(answerOf("ifurlup('https://a.example/up?x=1#y', {'192.0.2.1'})"), { probe: { path: '/up?x=1' } });
  t.match(answerOf("ifurlup('https://a.example?x=1', {'192.0.2.1'})"), { probe: { path: '/?x=1' } });
  t.match(answerOf("ifurlup('https://a.example/up?', {'192.0.2.1'})"), { probe: { path: '/up' } });
});

t.test('anything else is not known', async (t) => {
  for (const code of [
    "other({'192.0.2.1'})",
    "{'a.example'}",
    '{}',
    "ifurlup('x', {'192.0.2.1'})",
    "ifportup('x', {'192.0.2.1'})",
    "ifportup(1, {'192.0.2.1'}, {selector='mine'})",
    'pickclosest()',
    'ifportup(1)',
    '1',
  ])
    t.equal(answerOf(code), undefined, code);
});

t.test('clients of a branch', async (t) => {
  const clientsOf = (condition: string) => {
    const [branch] = readLua(`;if ${condition} then return '192.0.2.1' end`) ?? [];
    return branch && luaClients(branch);
  };
  t.same(clientsOf("country('be') or continent({'EU', 'AF'})"), {
    countries: ['BE'],
    continents: ['EU', 'AF'],
  });
  for (const condition of ["country('bel')", 'country(1)', "netmask({'192.0.2.0/24'})", 'true'])
    t.equal(clientsOf(condition), undefined, condition);
});
