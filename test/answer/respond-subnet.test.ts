/** Client subnets: whom they locate, and the scope that goes back: the shortest that is true. */
import t from 'tap';
import { asker, makeTable } from '../compile/make-table.js';
import { type Asked, addressesOf, rawSubnet, subnet } from '../dns-message.js';
import { AMERICAN, EXAMPLE, GERMAN, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const ask = asker(made.table);
const GERMANS = ['192.0.2.10', '192.0.2.20'];
const AMERICANS = ['198.51.100.10', '198.51.100.20'];

function withSubnet(option: Uint8Array, more: Partial<Asked> = {}): Asked {
  return { name: 'dl.example.org', edns: { options: [option] }, ...more };
}

t.test('the subnet and not the resolver is located', async (t) => {
  const german = ask(withSubnet(subnet('5.1.2.0/24')), { from: AMERICAN });
  t.same(addressesOf(german).sort(), GERMANS);
  const american = ask(withSubnet(subnet('2600:1::/32')), { from: GERMAN });
  t.same(addressesOf(american).sort(), AMERICANS);
  t.same(addressesOf(ask({ name: 'dl.example.org', edns: {} }, { from: GERMAN })).sort(), GERMANS);
});

t.test('RFC 7871 §7.2.1: family, prefix and address come back as they came', async (t) => {
  const table: [sent: string, echoed: string][] = [
    ['5.1.2.0/24', '5.1.2.0/24'],
    ['5.1.2.3/32', '5.1.2.3/32'],
    ['5.0.0.0/8', '5.0.0.0/8'],
    ['2a00:1234::/56', '2a00:1234::/56'],
    ['::ffff:5.1.2.0/120', '::ffff:5.1.2.0/120'],
    ['2002:501:200::/40', '2002:501:200::/40'],
  ];
  for (const [sent, echoed] of table) {
    const reply = ask(withSubnet(subnet(sent)));
    const [address = '', source = ''] = echoed.split('/');
    t.ok(reply.edns?.subnet?.startsWith(`${address}/${source}/`), `${sent}: ${reply.edns?.subnet}`);
    const bare = subnet(sent);
    const option = reply.edns?.options[0] ?? '';
    t.equal(option.slice(2, 8), Buffer.from(bare).toString('hex').slice(8, 14), 'family and prefix');
    t.equal(option.slice(10), Buffer.from(bare).toString('hex').slice(16), 'no octet more');
  }
});

function scopeOf(asked: string, name = 'dl.example.org'): number {
  const text = ask(withSubnet(subnet(asked), { name })).edns?.subnet;
  return Number(text?.split('/')[2] ?? Number.NaN);
}

t.test('scopes are those of the map, whatever the prefix that was sent', async (t) => {
  // The Americans are one catchment but for San Jose's half of 12.7/16, nearer to another mirror.
  t.equal(scopeOf('5.1.2.0/24'), scopeOf('5.0.0.0/8'));
  t.equal(scopeOf('5.1.2.3/32'), scopeOf('5.0.0.0/8'));
  t.equal(scopeOf('12.7.200.0/24'), scopeOf('12.7.128.0/17'));
  t.ok(scopeOf('5.1.2.0/24') <= 8);
});

t.test('every address inside a scope gets the same mirrors', async (t) => {
  const near = makeTable([EXAMPLE.replace('answers: 2, near_km: 0', 'answers: 1, near_km: 0')], {
    locations: PLACES,
  });
  const nearest = asker(near.table);
  const at = (text: string) => {
    const reply = nearest(withSubnet(subnet(text)));
    return { addresses: addressesOf(reply).join(), scope: Number(reply.edns?.subnet?.split('/')[2]) };
  };
  t.same(at('12.7.200.0/24'), { addresses: '198.51.100.20', scope: 17 });
  t.same(at('12.7.1.0/24'), { addresses: '198.51.100.10', scope: 17 });
  t.same(at('12.6.0.0/24'), { addresses: '198.51.100.10', scope: 16 });
  t.same(at('12.8.0.0/24'), { addresses: '198.51.100.10', scope: 13 });
  t.same(
    at('12.0.0.0/8'),
    { addresses: '198.51.100.10', scope: 14 },
    'longer than what was sent: it is true',
  );
});

t.test('IPv4 inside IPv6 is read as IPv4, its scope counted in bits of IPv6', async (t) => {
  const four = scopeOf('5.1.2.0/24');
  t.equal(scopeOf('::ffff:5.1.2.0/120'), four + 96);
  t.equal(scopeOf('2002:501:200::/40'), four + 16);
  t.same(addressesOf(ask(withSubnet(subnet('::ffff:5.1.2.0/120')))).sort(), GERMANS);
  t.same(addressesOf(ask(withSubnet(subnet('2002:c01:203::/48')))).sort(), AMERICANS);
  t.same(addressesOf(ask({ name: 'dl.example.org' }, { from: '::ffff:5.1.2.3' })).sort(), GERMANS);
  t.same(addressesOf(ask({ name: 'dl.example.org' }, { from: '2002:c01:203::1' })).sort(), AMERICANS);
});

t.test('RFC 7871 §7.1.2: a source prefix of 0 locates the resolver, and the scope is 0', async (t) => {
  for (const option of [rawSubnet(1, 0, 0, []), rawSubnet(2, 0, 0, []), rawSubnet(0, 0, 0, [])]) {
    const german = ask(withSubnet(option), { from: GERMAN });
    t.same(addressesOf(german).sort(), GERMANS);
    const american = ask(withSubnet(option), { from: AMERICAN });
    t.same(addressesOf(american).sort(), AMERICANS);
    const hex = Buffer.from(option.subarray(4)).toString('hex');
    t.same(american.edns?.options, [`8:${hex}`]);
  }
});

t.test('what does not depend on the client has scope 0', async (t) => {
  const names: [name: string, type: 'A' | 'TXT' | 'SOA' | 'ANY'][] = [
    ['dl.example.org', 'TXT'],
    ['dl.example.org', 'SOA'],
    ['dl.example.org', 'ANY'],
    ['ns1.dl.example.org', 'A'],
    ['x.dl.example.org', 'A'],
    ['ns1.dl.example.org', 'TXT'],
    ['out.dl.example.org', 'A'],
    ['gone.dl.example.org', 'A'],
    ['example.com', 'A'],
  ];
  for (const [name, type] of names) {
    const reply = ask(withSubnet(subnet('5.1.2.0/24'), { name, type }));
    t.equal(reply.edns?.subnet, '5.1.2.0/24/0', `${name} ${type}`);
  }
  t.equal(scopeOf('5.1.2.0/24', 'four.dl.example.org'), 0, 'a pool without geography');
  t.equal(scopeOf('2a00::/56', 'only4.dl.example.org'), 0, 'a pool of one');
});

t.test(
  'RFC 7871 §7.2.1: the alias of a pool stands alone where the pool’s answer would be for some',
  async (t) => {
    const aliases: [name: string, only: string][] = [
      ['www.dl.example.org', 'www.dl.example.org 120 IN CNAME dl.example.org'],
      ['web.dl.example.org', 'web.dl.example.org 3600 IN CNAME www.dl.example.org'],
      ['x.alias.dl.example.org', 'x.alias.dl.example.org 3600 IN CNAME dl.example.org'],
      ['home.dl.example.org', 'home.dl.example.org 3600 IN CNAME swiss.dl.example.org'],
    ];
    for (const text of [
      '5.1.2.0/24',
      '12.7.200.0/24',
      '2a00:1::/48',
      '1.1.1.0/24',
      '46.1.2.0/24',
      '10.9.8.0/24',
    ]) {
      for (const [name, only] of aliases) {
        for (const type of ['A', 'AAAA'] as const) {
          const reply = ask(withSubnet(subnet(text), { name, type }), { from: GERMAN });
          t.same([reply.rcode, reply.aa, reply.tc], [0, true, false]);
          t.same([reply.answers, reply.authorities, reply.additionals], [[only], [], []], `${name} ${type}`);
          t.equal(reply.edns?.subnet, `${text}/0`);
        }
      }
    }
  },
);

t.test('with all that it leads to where that is the same for everybody', async (t) => {
  const everybodys = ask(withSubnet(subnet('5.1.2.0/24'), { name: 'v4.dl.example.org' }));
  t.same(addressesOf(everybodys), ['198.51.100.30']);
  t.equal(everybodys.edns?.subnet, '5.1.2.0/24/0');
  for (const edns of [{}, { options: [rawSubnet(1, 0, 0, [])] }]) {
    const reply = ask({ name: 'www.dl.example.org', edns }, { from: GERMAN });
    t.same(addressesOf(reply).sort(), GERMANS, 'no resolver keeps this by subnets');
  }
});

t.test('RFC 7871 §7.4: that a pool has nobody for some clients has scope 0', async (t) => {
  for (const type of ['A', 'AAAA'] as const) {
    const german = ask(withSubnet(subnet('5.1.2.0/24'), { name: 'swiss.dl.example.org', type }));
    t.same([german.rcode, german.answers, german.authorities.length], [0, [], 1]);
    t.equal(german.edns?.subnet, '5.1.2.0/24/0', 'resolvers keep it for everybody');
  }
  const swiss = ask(withSubnet(subnet('46.1.2.0/24'), { name: 'swiss.dl.example.org' }));
  t.same(addressesOf(swiss), ['203.0.113.1']);
  t.equal(swiss.edns?.subnet, '46.1.2.0/24/8');
});

t.test('errors give the subnet back with scope 0, unless the message is malformed', async (t) => {
  const option = subnet('5.1.2.0/24');
  t.equal(ask(withSubnet(option, { type: 'AXFR' })).edns?.subnet, '5.1.2.0/24/0');
  t.equal(ask(withSubnet(option, { flags: 0x2000 })).edns?.subnet, '5.1.2.0/24/0');
  t.equal(ask(withSubnet(option, { class: 3 })).edns?.subnet, '5.1.2.0/24/0');
  t.equal(ask(withSubnet(rawSubnet(3, 24, 0, [5, 1, 2]))).rcode, 1);
});

t.test('one answer’s scope is not the next one’s', async (t) => {
  t.not(scopeOf('12.7.200.0/24'), 0);
  t.equal(ask(withSubnet(subnet('5.1.2.0/24'), { type: 'TXT' })).edns?.subnet, '5.1.2.0/24/0');
});
